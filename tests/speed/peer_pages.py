"""Makes pages with another library, in an environment that has it and nothing of ours; see page_peers.py.

Arguments: the library, and a page as .npy. Then for each line `EFFECT PAGES` on standard input it writes one JSON
object: the processor seconds of each page that was made, and how many raised an error. The first line is its versions.
"""

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

Effects = Mapping[str, Callable[[Any], Any]]


def augraphy() -> Effects:
    """Pipelines of its own, and single effects with the defaults that it gives them."""
    import augraphy as a  # type: ignore[import-not-found]

    ink, post = [a.Faxify(monochrome=1, halftone=0, p=1)], [a.SubtleNoise(p=1), a.DirtyRollers(p=1)]
    return {
        "default": a.default_augraphy_pipeline(),
        "fax": a.AugraphyPipeline(ink_phase=ink, paper_phase=[], post_phase=post),
        "noise": a.SubtleNoise(p=1),
        "shadow": a.ShadowCast(p=1),
        "bleed_through": a.BleedThrough(p=1),
        "fold": a.Folding(p=1),
        "jpeg": a.Jpeg(p=1),
    }


def albumentations() -> Effects:
    """On grey pages, as it takes them; it writes no group 4 and knows no faults of lines."""
    import albumentations as a  # type: ignore[import-not-found]

    fax = [
        a.Rotate(limit=(-2, 2), fill=255, p=1),
        a.GaussianBlur(blur_limit=(3, 3), p=1),
        a.GaussNoise(p=1),
        a.Posterize(num_bits=1, p=1),
    ]
    chains = {
        "fax": a.Compose(fax),
        "noise": a.GaussNoise(p=1),
        "shadow": a.RandomShadow(p=1),
        "jpeg": a.ImageCompression(quality_range=(30, 60), p=1),
        "perspective": a.Perspective(p=1),
        "motion_blur": a.MotionBlur(p=1),
    }
    return {name: partial(_composed, chain) for name, chain in chains.items()}


def _composed(chain: Any, page: Any) -> Any:
    return chain(image=page)["image"]


def ocrodeg() -> Effects:
    """On floats between 0 and 1, as it takes them."""
    from ocrodeg import degrade  # type: ignore[import-not-found]

    def turned(page: Any) -> Any:
        return degrade.transform_image(page / 255.0, **degrade.random_transform())

    return {
        "fax": lambda page: degrade.binary_blur(turned(page), 1.0, noise=0.1),
        "noise": lambda page: degrade.random_blotches(page / 255.0, 3e-4, 1e-4),
        "perspective": turned,
    }


LIBRARIES = {"augraphy": augraphy, "albumentations": albumentations, "ocrodeg": ocrodeg}
TOLD = ("augraphy", "albumentations", "numpy", "opencv-python", "opencv-python-headless", "scipy", "numba")


def versions() -> dict[str, str]:
    """Of Python and of what does the work."""
    found = {"python": sys.version.split()[0]}
    for name in TOLD:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def make(effect: Callable[[Any], Any], page: Any, pages: int) -> dict[str, object]:
    """Processor time of each page that was made, and how many raised an error."""
    seconds, failed = [], 0
    for _ in range(pages):
        own = page.copy()
        begun = time.process_time()
        try:
            effect(own)
        except Exception:  # whatever it raises is a page that it did not make
            failed += 1
        else:
            seconds.append(time.process_time() - begun)
    return {"seconds": seconds, "failed": failed}


def main() -> None:
    effects, page = LIBRARIES[sys.argv[1]](), np.load(sys.argv[2])
    print(json.dumps({"versions": versions(), "effects": list(effects)}), flush=True)
    for line in sys.stdin:
        name, pages = line.split()
        print(json.dumps(make(effects[name], page, int(pages))), flush=True)


if __name__ == "__main__":
    main()
