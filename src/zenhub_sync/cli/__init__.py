"""The command line: one file a command, imports of the heavy parts only where a command needs them."""
