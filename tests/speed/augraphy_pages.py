"""Makes pages with Augraphy, in a virtual environment that has it and nothing of ours; see fax_pages.py.

Arguments: a page as .npy, how many by its default pipeline, how many by a chain like a fax. Writes one JSON object.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import augraphy as a  # type: ignore[import-not-found]
import numpy as np


def fax_like() -> Callable[[Any], Any]:
    """Black and white without a halftone, noise, and the bands of rollers; Augraphy writes no group 4."""
    ink, post = [a.Faxify(monochrome=1, halftone=0, p=1)], [a.SubtleNoise(p=1), a.DirtyRollers(p=1)]
    pipeline: Callable[[Any], Any] = a.AugraphyPipeline(ink_phase=ink, paper_phase=[], post_phase=post)
    return pipeline


def seconds(pipeline: Callable[[Any], Any], page: Any, pages: int) -> tuple[list[float], int]:
    """Processor time of each page that was made, and how many raised an error."""
    made, failed = [], 0
    for _ in range(pages):
        begun = time.process_time()
        try:
            pipeline(page.copy())
        except Exception:  # whatever it raises is the figure that is asked for
            failed += 1
        else:
            made.append(time.process_time() - begun)
    return made, failed


def main() -> None:
    page = np.load(sys.argv[1])
    told: dict[str, object] = {}
    for name, make, pages in (
        ("default", a.default_augraphy_pipeline, int(sys.argv[2])),
        ("fax_like", fax_like, int(sys.argv[3])),
    ):
        pipeline = make()
        seconds(pipeline, page, 1)  # numba compiles
        made, failed = seconds(pipeline, page, pages)
        told[name] = {"seconds": made, "failed": failed}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
