"""One rule of the mirror a file."""
