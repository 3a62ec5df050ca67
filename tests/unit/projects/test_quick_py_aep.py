"""The fixture that makes tests parse less gives them the same facts and the same files."""

import py_aep

from intarsia.projects.reader import read_in_process


def _outcome(project, saved):
    """Facts, and what is saved after every text and the last composition were changed."""
    changed = py_aep.parse(project).project
    for number, comp in enumerate(changed.compositions):
        comp.duration = 2.0 + number
        for layer in comp.text_layers:
            layer.text.source_text.value.text = "changed"
    changed.save(saved)
    return read_in_process(project), read_in_process(saved), saved.read_bytes()


def test_facts_and_saved_files_are_the_same(tmp_path, request):
    project = py_aep.new().project
    inner, outer = (
        project.root_folder.add_comp(name, 64, 36, 1.0, 4.0, 25.0) for name in ("inner", "outer")
    )
    inner.add_text("one")
    inner.add_text("two").transform["ADBE Opacity"].expression = "value / 2"
    outer.add(inner)
    outer.add_shape()
    project.save(tmp_path / "project.aep")

    plain = _outcome(tmp_path / "project.aep", tmp_path / "plain.aep")
    request.getfixturevalue("quick_py_aep")
    for round_ in range(2):  # the second takes the texts from the first
        again = _outcome(tmp_path / "project.aep", tmp_path / f"quick-{round_}.aep")
        assert again == plain
