"""The status page: one HTML document for people, drawn by the server, without scripts and without foreign parts."""
