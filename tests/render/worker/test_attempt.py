"""Whole attempts with the open compositor: what a client asks for comes out, and is recorded."""

import zipfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from intarsia.domain.states import Status
from render_container.worker.attempt import RECORDED


@pytest.mark.usefixtures("compositor_process")
def test_a_job_is_rendered_with_its_assets_and_recorded(
    desk: Any, template: Path, media: Path, site: Any, tmp_path: Path
) -> None:
    site.pages["/photo"] = (media / "clip.mp4").read_bytes()
    job = desk.add(
        template,
        assets=[
            {"type": "text", "layerName": "Title", "value": "Hallo"},
            {"type": "video", "layerName": "Picture", "src": f"{site.url}/photo?signature=s3cret"},
        ],
    )

    done = desk.render(job)

    assert done.verdict is None, done.verdict
    assert done.status is Status.FINISHED
    assert desk.exit_code == RECORDED
    assert (done.output.frames, done.output.width, done.output.height) == (10, 64, 36)
    assert (done.output.fps, done.output.duration) == (10, 1)
    assert done.rendered_by == "Intarsia compositor"
    assert done.render_seconds > 0
    movie = desk.output(done, tmp_path / "out.mp4")
    assert movie.stat().st_size == done.output.bytes
    assert desk.content_type(job.output_key) == "video/mp4"
    # The clip covers the solid's blue with its green, and moves on with every frame.
    first, last = _frames(movie)[0], _frames(movie)[-1]
    assert _is_green(first[5, 10])
    assert not _is_green(last[5, 10])


def test_the_log_tells_what_was_done_and_no_secret(
    desk: Any, template: Path, media: Path, site: Any
) -> None:
    site.pages["/photo"] = (media / "red.png").read_bytes()
    asset = {"type": "image", "layerName": "Picture", "src": f"{site.url}/photo?signature=s3cret"}
    job = desk.add(template, assets=[asset])

    desk.render(job)

    log = desk.log(job)
    for part in (
        "download: ",
        "assets[0]: the image at",
        "| PROGRESS:  0:00:00:09 (10)",
        "render: ",
    ):
        assert part in log
    assert "s3cret" not in log
    assert str(desk.work_folder) not in log
    assert desk.content_type(f"jobs/{job.id}/log.txt").startswith("text/plain")


def test_nothing_is_left_on_the_machine(desk: Any, template: Path, media: Path) -> None:
    desk.play(desk.add(template), "success", media / "clip.mp4")
    desk.render(desk.add(template, composition="nowhere"))
    assert list(desk.work_folder.iterdir()) == []


def test_a_childs_output_is_set_into_its_slot(
    desk: Any, template: Path, media: Path, tmp_path: Path
) -> None:
    desk.storage.renders.upload(media / "clip.mp4", "outputs/team/child.mp4", "video/mp4")
    slot = {
        "type": "slot",
        "layerName": "Picture",
        "childId": "C" * 26,
        "media": "video",
        "outputKey": "outputs/team/child.mp4",
    }

    done = desk.render(desk.add(template, assets=[slot]))

    assert done.status is Status.FINISHED, done.verdict
    assert _is_green(_frames(desk.output(done, tmp_path / "out.mp4"))[0][5, 10])


def test_one_frame_is_one_picture(desk: Any, template: Path, tmp_path: Path) -> None:
    job = desk.add(
        template, media="image", codec="image_png", frames=(3, 3), output_key="outputs/t/j.png"
    )

    done = desk.render(job)

    assert done.status is Status.FINISHED, done.verdict
    assert (done.output.frames, done.output.key) == (1, "outputs/t/j.png")
    with Image.open(desk.output(done, tmp_path / "out.png")) as picture:
        assert (picture.format, picture.size) == ("PNG", (64, 36))
    assert desk.content_type("outputs/t/j.png") == "image/png"


def test_a_range_of_pictures_is_one_archive(desk: Any, template: Path, tmp_path: Path) -> None:
    job = desk.add(
        template, media="image", codec="image_jpeg", frames=(2, 4), output_key="outputs/t/j.zip"
    )

    done = desk.render(job)

    assert done.status is Status.FINISHED, done.verdict
    assert (done.output.frames, done.output.duration) == (3, 0.3)
    with zipfile.ZipFile(desk.output(done, tmp_path / "out.zip")) as pack:
        assert pack.namelist() == [f"frame_{number:05d}.jpg" for number in (2, 3, 4)]
        with pack.open("frame_00003.jpg") as file, Image.open(file) as picture:
            assert picture.size == (64, 36)
    assert desk.content_type("outputs/t/j.zip") == "application/zip"


def test_a_range_of_a_movie_has_just_its_frames(desk: Any, template: Path) -> None:
    done = desk.render(desk.add(template, frames=(7, 9)))
    assert (done.output.frames, done.output.duration) == (3, 0.3)


def test_frames_count_from_the_start_whatever_the_timeline_shows(
    desk: Any, template: Path, tmp_path: Path
) -> None:
    import py_aep

    shifted = tmp_path / "shifted.aep"
    app = py_aep.parse(template)
    next(iter(app.project.compositions)).display_start_frame = 100
    app.project.save(shifted)

    done = desk.render(desk.add(shifted, frames=(7, 9)))

    assert done.status is Status.FINISHED, done.verdict
    frames = _frames(desk.output(done, tmp_path / "out.mp4"))
    assert len(frames) == 3
    # The blue solid is there; before the composition's first frame there would be nothing.
    assert all(int(frame[30, 60][2]) > 150 for frame in frames)


def test_a_static_file_lies_beside_the_project_under_its_name(
    desk: Any, template: Path, site: Any
) -> None:
    site.pages["/x"] = b"a;b\n1;2\n"
    asset = {"type": "static", "src": f"{site.url}/x", "name": "../../data/Preise.csv"}
    seen = desk.work_folder.parent / "seen.txt"
    job = desk.add(template, assets=[asset])
    spy = (
        "import pathlib, sys; p = pathlib.Path(sys.argv[sys.argv.index('-project') + 1]).parent; "
        f"pathlib.Path('{seen}').write_text((p / 'Preise.csv').read_text()); sys.exit(9)"
    )

    desk.render(job, INTARSIA_AERENDER=f'python3 -c "{spy}"')

    assert seen.read_text() == "a;b\n1;2\n"


def test_an_attempt_that_is_not_the_current_one_does_nothing(desk: Any, template: Path) -> None:
    job = desk.add(template)
    desk.storage.jobs.requeue(job.id, 1, lost=True)
    before = desk.storage.jobs.get(job.id)

    assert desk.render(job) == before
    assert desk.exit_code == RECORDED


def test_a_job_that_is_taken_or_ended_is_left_alone(desk: Any, template: Path) -> None:
    job = desk.add(template)
    desk.storage.jobs.start(job.id, 1)
    before = desk.storage.jobs.get(job.id)

    assert desk.render(job) == before
    assert desk.exit_code == RECORDED


def test_what_the_operator_says_drew_it_is_recorded(desk: Any, template: Path, media: Path) -> None:
    job = desk.add(template)
    done = desk.play(job, "success", media / "clip.mp4", INTARSIA_RENDERED_BY="Farbe")
    assert done.rendered_by == "Farbe"


def _frames(path: Path) -> list[Any]:
    with av.open(str(path)) as movie:
        return [frame.to_ndarray(format="rgb24") for frame in movie.decode(video=0)]


def _is_green(pixel: Any) -> bool:
    red, green, blue = (int(part) for part in np.asarray(pixel))
    return green > red + 60 and green > blue + 60
