"""The browser finder prefers what is there and never hides that nothing is."""

import pytest

from tools import browser


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch):
    """A machine with nothing chosen and no browser installed."""
    for name in ("CHROMIUM_PATH", "CI", "REQUIRE_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda _name: None)


class TestPath:
    def test_prefers_the_chosen_one(self, monkeypatch, tmp_path):
        monkeypatch.setenv("CHROMIUM_PATH", "/opt/mine")

        assert browser.path(cache=tmp_path) == "/opt/mine"

    def test_then_the_systems(self, monkeypatch, tmp_path):
        monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")

        assert browser.path(cache=tmp_path) == "/usr/bin/chromium"

    def test_then_the_one_brought_earlier(self, tmp_path):
        assert browser.path(cache=tmp_path) is None

        (tmp_path / "chromium").touch()

        assert browser.path(cache=tmp_path) == str(tmp_path / "chromium")


class TestMain:
    @pytest.mark.parametrize(
        ("variable", "value", "code"),
        [("CI", "true", 1), ("REQUIRE_BROWSER", "1", 1), ("CI", "false", 0), ("CI", "", 0)],
    )
    def test_is_loud_and_fails_where_browsers_are_required(
        self, monkeypatch, capsys, variable, value, code
    ):
        monkeypatch.setenv(variable, value)
        monkeypatch.setattr(browser, "path", lambda: None)
        monkeypatch.setattr(browser, "_from_debian", refuse)
        monkeypatch.setattr(browser, "_from_npm", refuse)

        assert browser.main() == code
        assert "NO BROWSER, so no browser tests" in capsys.readouterr().err

    def test_does_not_take_a_browser_that_does_not_run(self, monkeypatch, capsys):
        monkeypatch.setenv("CHROMIUM_PATH", "/bin/false")
        monkeypatch.setenv("CI", "1")

        assert browser.main() == 1
        assert "/bin/false" in capsys.readouterr().err


def refuse(*_arguments):
    raise browser.NoBrowser("nothing here")
