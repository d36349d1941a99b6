"""Read the team's configuration: TOML, importable names, plugins, and shipped files."""
