"""The work of `flask goods draw-demo`: from the demo catalogue to WebP files, two pictures at a time."""

import csv
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from app.goods.drawing import Progress
from app.goods.drawing.banners import BANNERS, Banner, draw_banner
from app.goods.drawing.names import VIEWS, WIDTHS, picture_file, picture_stem
from app.goods.drawing.registry import picture_svg
from app.goods.drawing.render import render, save_sheet, save_webp

#: WebP quality a width: the large files are most of the bytes, and flat art shows no loss there.
QUALITY = {160: 82, 320: 80, 640: 73, 960: 66}
CATALOGUE = Path(__file__).parent.parent / "demo"


def demo_stems(folder: Path = CATALOGUE) -> list[str]:
    """Every distinct picture stem that the demo catalogue needs, in order of first use."""
    with (folder / "demo_spu.csv").open(encoding="utf-8-sig", newline="") as file:
        category_of = {row["id"]: int(row["category1_id"]) for row in csv.DictReader(file)}
    with (folder / "demo_sku.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    stems = (picture_stem(row["picture_kind"], row["colour_hex"], category_of[row["spu_id"]]) for row in rows)
    return list(dict.fromkeys(stems))


def draw_stem(stem: str, target: Path) -> int:
    """Both views in all widths; returns how many files."""
    for view in VIEWS:
        picture = render(picture_svg(stem, view, size=max(WIDTHS)))
        for width in WIDTHS:
            save_webp(picture, target / picture_file(stem, view, width), (width, width), QUALITY[width])
    return len(VIEWS) * len(WIDTHS)


def draw_everything(target: Path, progress: Progress | None = None) -> int:
    """Pictures into the folder, banners into its `banners`; files of an earlier run that nothing needs any more go."""
    (target / "banners").mkdir(parents=True, exist_ok=True)
    stems = demo_stems()
    wanted = {picture_file(stem, view, width) for stem in stems for view in VIEWS for width in WIDTHS}
    for old in target.glob("*.webp"):
        if old.name not in wanted:
            old.unlink()
    total, files, done = len(stems) + len(BANNERS), 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        work = [pool.submit(draw_stem, stem, target) for stem in stems]
        work += [pool.submit(_draw_one_banner, banner, target / "banners") for banner in BANNERS]
        for job in work:
            files += job.result()
            done += 1
            if progress is not None:
                progress(done, total)
    return files


def _draw_one_banner(banner: Banner, folder: Path) -> int:
    return draw_banner(banner, folder)


def draw_contact_sheet(path: Path) -> None:
    """Both views of every stem, 16 to a row."""
    images = [render(picture_svg(stem, view, size=160)) for stem in demo_stems() for view in VIEWS]
    save_sheet(images, path, cell=120, columns=16)
