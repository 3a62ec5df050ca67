"""Licence, hook, templates, fonts, GPU, role, agent and what a machine is made of."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from intarsia.names import ENV_SPOOL
from render_container.doctor import agent, fonts, resources, software
from render_container.doctor.agent import check_agent, heart_finding
from render_container.doctor.fonts import check_compositor_fonts, check_windows_fonts
from render_container.doctor.gpu import check_gpu, check_no_gpu
from render_container.doctor.hook import check_hook
from render_container.doctor.licence import check_licence
from render_container.doctor.machine import Ran
from render_container.doctor.resources import check_after_effects_resources, check_resources
from render_container.doctor.role import ADDRESS, VARIABLE, role_findings
from render_container.doctor.software import check_drawing, check_software, fingerprint
from render_container.doctor.templates import check_templates
from render_container.host.heartbeat import Heart
from render_container.host.spool import Spool


class TestLicence:
    def test_the_marker_is_looked_for_in_every_place(self, machine):
        (finding,) = check_licence(machine)

        assert (finding.state, finding.found) == ("ok", "10 of 10 files")

    @pytest.mark.parametrize("place", ["render/Documents", "Public/Documents/Adobe"])
    def test_without_it_where_adobe_says_nothing_renders(self, machine, tmp_path, place):
        (tmp_path / "Users" / place / "ae_render_only_node.txt").unlink()

        (finding,) = check_licence(machine)

        assert finding.state == "PROBLEM"
        assert str(Path(place) / "ae_render_only_node.txt") in finding.advice

    def test_without_it_where_others_found_it_needed_there_is_a_warning(self, machine, support):
        (support / "ae_render_only.txt").unlink()

        (finding,) = check_licence(machine)

        assert (finding.state, finding.found) == ("warning", "9 of 10 files")


class TestHook:
    def test_the_same_script_is_well_whatever_its_line_ends(self, machine, support):
        (support / "Scripts" / "Startup" / "zz_intarsia.jsx").write_bytes(b"// ours\r\n")

        (finding,) = check_hook(machine)

        assert finding.state == "ok"

    def test_that_of_another_worker_is_a_problem(self, machine, support):
        (support / "Scripts" / "Startup" / "zz_intarsia.jsx").write_bytes(b"// older\n")

        (finding,) = check_hook(machine)

        assert finding.state == "PROBLEM"
        assert "this worker's is" in finding.found

    def test_none_is_a_problem(self, machine, support):
        (support / "Scripts" / "Startup" / "zz_intarsia.jsx").unlink()

        (finding,) = check_hook(machine)

        assert finding.found == "not in Adobe After Effects 2026"


class TestTemplates:
    def test_all_that_renders_ask_for_are_found_in_the_preferences(self, machine, states):
        assert states(check_templates(machine)) == [
            ("ok", "output templates"),
            ("ok", "render templates"),
        ]

    def test_missing_ones_are_named(self, machine, write_preferences):
        write_preferences(modules=["video_prores_422", "sound"], settings=["nx_full"])

        modules, settings = check_templates(machine)

        assert modules.found.startswith("2 of 14 in 26.2; missing: video_h264_vbr_1mbps, ")
        assert "video_prores_422," not in modules.found
        assert settings.found == "1 of 2 in 26.2; missing: nx_draft"

    def test_those_of_another_version_do_not_count(self, machine, variables, write_preferences):
        shutil.rmtree(Path(variables["APPDATA"]) / "Adobe")
        write_preferences(version="25.6")

        (finding,) = check_templates(machine)

        assert finding.state == "PROBLEM"
        assert finding.found.endswith("26.2")

    def test_damaged_preferences_are_as_none(self, machine, variables):
        folder = Path(variables["APPDATA"]) / "Adobe" / "After Effects" / "26.2"
        for path in folder.iterdir():
            path.write_bytes(b'\t"Output Module Spec Strings Name 1" = "never\xff closed\n')

        assert [finding.state for finding in check_templates(machine)] == ["PROBLEM", "PROBLEM"]


class TestFonts:
    def test_a_machine_with_fonts_is_well(self, machine):
        (finding,) = check_windows_fonts(machine)

        assert finding.found.startswith("31 in ")

    def test_a_bare_image_is_not(self, machine, tmp_path, states):
        for path in (tmp_path / "Windows" / "Fonts").iterdir():
            path.unlink()

        assert states(check_windows_fonts(machine)) == [("PROBLEM", "fonts"), ("warning", "fonts")]

    def test_what_a_crashed_render_left_is_told(self, machine, variables):
        own = Path(variables["LOCALAPPDATA"]) / "Microsoft" / "Windows" / "Fonts"
        own.mkdir(parents=True)
        (own / "intarsia-000.ttf").touch()

        *_, finding = check_windows_fonts(machine)

        assert (finding.state, finding.what) == ("-", "fonts of this user")

    def test_the_compositor_has_its_own_and_the_operators(self, with_variables, tmp_path, states):
        machine = with_variables(INTARSIA_FONTS=tmp_path / "absent")

        assert states(check_compositor_fonts(machine)) == [("ok", "fonts"), ("warning", "fonts")]

    def test_an_image_without_the_bundled_ones_is_a_problem(self, machine, monkeypatch, tmp_path):
        monkeypatch.setattr(fonts, "BUNDLED", tmp_path / "absent")

        (finding,) = check_compositor_fonts(machine)

        assert finding.state == "PROBLEM"


class TestGpu:
    def test_one_that_draws_is_well(self, machine):
        (finding,) = check_gpu(machine)

        assert (finding.state, finding.found) == ("ok", "NVIDIA A10G, 553.62, 23028 MiB, WDDM")

    def test_a_driver_that_only_computes_is_a_problem(self, machine, commands):
        commands.answers["nvidia-smi"] = Ran(0, "Tesla T4, 538.0, 15360 MiB, TCC\n")

        (finding,) = check_gpu(machine)

        assert (finding.state, "GRID" in finding.advice) == ("PROBLEM", True)

    @pytest.mark.parametrize("answer", [Ran(None, "not found"), Ran(9, "driver is not loaded")])
    def test_none_is_a_problem_of_the_machine_and_none_of_a_container(
        self, machine, commands, answer
    ):
        commands.answers["nvidia-smi"] = answer

        (of_machine,), (of_container,) = check_gpu(machine), check_no_gpu(machine)

        assert (of_machine.state, of_container.state) == ("PROBLEM", "-")
        assert answer.output in of_machine.found


class TestRole:
    def test_outside_a_task_there_is_nothing_to_reach(self, machine):
        (finding,) = role_findings(machine, lambda *_: pytest.fail("must not connect"))

        assert finding.state == "-"

    def test_in_a_task_the_way_is_tried(self, with_variables):
        machine = with_variables(**{VARIABLE: "/v2/credentials/x"})
        tried = []

        (finding,) = role_findings(machine, lambda *given: tried.append(given))

        assert finding.state == "ok"
        assert tried == [(ADDRESS, 3.0)]

    def test_a_missing_route_is_a_problem(self, with_variables):
        def unreachable(*_):
            raise TimeoutError("timed out")

        (finding,) = role_findings(with_variables(**{VARIABLE: "/x"}), unreachable)

        assert (finding.state, finding.found) == (
            "PROBLEM",
            "169.254.170.2 cannot be reached: timed out",
        )


class TestAgent:
    def test_a_heart_that_beats_is_felt(self, tmp_path):
        heart = Heart(Spool(tmp_path).beat)
        heart.start()

        finding = heart_finding(tmp_path, 10, pause=lambda _: heart.beat())

        assert finding.state == "ok"

    def test_a_heart_that_stopped_is_a_problem(self, tmp_path):
        Heart(Spool(tmp_path).beat).start()
        clock = iter(range(100))

        finding = heart_finding(tmp_path, 10, now=lambda: next(clock), pause=lambda _: None)

        assert finding.found == f"no heartbeat within 10 s in {tmp_path}"

    def test_an_agent_that_never_ran_is_not_waited_for(self, with_variables, tmp_path):
        (finding,) = check_agent(with_variables(**{ENV_SPOOL: tmp_path}))

        assert finding.found.startswith("never started")

    def test_a_spool_that_is_not_mounted_is_a_problem(self, with_variables, tmp_path):
        (finding,) = check_agent(with_variables(**{ENV_SPOOL: tmp_path / "absent"}))

        assert finding.found == f"folder {tmp_path / 'absent'}: not found"

    def test_a_worker_that_is_told_of_none_cannot_hand_over(self, machine):
        (finding,) = check_agent(machine)

        assert (finding.state, ENV_SPOOL in finding.advice) == ("PROBLEM", True)

    def test_the_bound_is_longer_than_a_beat(self):
        assert 3 * agent.Timing().beat < agent.PATIENCE


class TestSoftware:
    def test_what_the_worker_stands_on_is_told(self, machine):
        found = {finding.what: finding for finding in check_software(machine)}

        assert found["py-aep"].found == "0.18.2"
        assert {finding.state for finding in found.values()} == {"ok"}
        assert found["worker"].found == f"code {fingerprint()}"

    def test_a_library_that_does_not_load_is_a_problem(self, machine, monkeypatch):
        monkeypatch.setitem(software.DRAWING, "skia-python", "no_such_module")

        skia, _ = check_drawing(machine)

        assert (skia.state, skia.what) == ("PROBLEM", "skia-python")

    def test_the_fingerprint_is_of_the_code_and_not_of_its_line_ends(self, tmp_path):
        def of(text):
            (tmp_path / "intarsia").mkdir(exist_ok=True)
            (tmp_path / "intarsia" / "a.py").write_bytes(text)
            return fingerprint(tmp_path)

        assert of(b"a = 1\n") == of(b"a = 1\r\n") != of(b"a = 2\n")


class TestResources:
    def test_enough_is_well(self, machine, monkeypatch):
        _make_up(monkeypatch, memory=32, swap=32, disk=100)

        assert {finding.state for finding in check_after_effects_resources(machine)} == {"ok"}

    def test_too_little_is_a_warning(self, machine, monkeypatch, states):
        _make_up(monkeypatch, memory=8, swap=0, disk=10)

        assert states(check_after_effects_resources(machine))[1:] == [
            ("warning", "memory"),
            ("warning", "paging file"),
            ("warning", "work folder"),
        ]

    def test_a_spool_without_a_disk_is_a_problem(self, with_variables, tmp_path):
        machine = with_variables(**{ENV_SPOOL: tmp_path / "absent"})

        *_, finding = check_resources(machine)

        assert (finding.state, finding.what) == ("PROBLEM", "spool")


def _make_up(monkeypatch, *, memory, swap, disk):
    gib = resources.GIB
    amounts = SimpleNamespace(total=memory * gib, available=memory * gib)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: amounts)
    paging = SimpleNamespace(total=swap * gib, free=swap * gib)
    monkeypatch.setattr(psutil, "swap_memory", lambda: paging)
    space = SimpleNamespace(total=disk * gib, free=disk * gib)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: space)
