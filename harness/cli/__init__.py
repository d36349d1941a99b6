"""The command line: click, one command per file, each imported only when it is called."""
