#!/usr/bin/env bash
# slow: pins a core for half a minute
# What starting costs (at most 6 bare interpreters), and how many fine fax pages with G4 one core makes a second.
set -euo pipefail
start=$(python tests/speed/startup.py | tail -n 1)
pages=$(python tests/speed/fax_pages.py | tail -n 1)
echo "$start; $pages"
