"""For all tests: how long an example takes is nothing that a law says, on a machine that others use too."""

from hypothesis import settings

settings.register_profile("laws", deadline=None)
settings.load_profile("laws")
