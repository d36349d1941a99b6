"""The implementation of the pytest plugin. Nothing of it is imported before the plugin is used."""
