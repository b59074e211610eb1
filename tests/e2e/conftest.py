"""One simulated world and one built home for all end-to-end tests of a session."""

import json
from pathlib import Path

import pytest
from e2e_tools import Corpus, Desk
from make_corpus import truth
from simulated.render import page
from simulated.warc import write
from simulated.world import build_world


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    world = build_world()
    folder = tmp_path_factory.mktemp("corpus")
    write(world.captures, page, folder)
    return Corpus(world, folder, folder / "simulated.warc", json.loads(json.dumps(truth(world))))


@pytest.fixture(scope="session")
def user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one person: the linkage key is made there once and used by all homes."""
    return tmp_path_factory.mktemp("user")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, user: Path, corpus: Corpus) -> Desk:
    """A home with the whole corpus imported and built. Tests read it and leave it as it is."""
    desk = Desk(tmp_path_factory.mktemp("desk") / "home", user)
    desk.run("import", corpus.folder).ok()
    desk.run("build").ok()
    return desk


@pytest.fixture(scope="session")
def warc_desk(tmp_path_factory: pytest.TempPathFactory, user: Path, corpus: Corpus) -> Desk:
    """A home with the WARC alone: every capture has a time, so nothing in it depends on the day of the test."""
    desk = Desk(tmp_path_factory.mktemp("warc-desk") / "home", user)
    desk.run("import", corpus.warc).ok()
    desk.run("build").ok()
    return desk
