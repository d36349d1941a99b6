"""The command line: click, one command a file, each imported only when it is called."""
