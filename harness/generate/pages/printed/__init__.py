"""Values on the team's own pages: where they are printed, and how another value takes their place."""
