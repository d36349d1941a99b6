"""Small real services that the tests call over HTTP."""
