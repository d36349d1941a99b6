"""Reading what a team configures: TOML, importable names, plugins, and the files that are shipped."""
