"""A package for a lawyer: the very pages of the world, proved by tools that are not ours, encrypted, logged, dated."""

import csv
import hashlib
import http.server
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pytest
from e2e_tools import FAILED, MISUSED, Answer, Corpus, Desk
from simulated.render import page
from simulated.truth import Case
from warcio.archiveiterator import ArchiveIterator
from warcio.indexer import Indexer

from courttally.archive import read_ledger
from courttally.registry.evidence import ReleaseError
from courttally.registry.evidence.release import check_release
from courttally.registry.evidence.wacz import sort_key

TOOLS = ("sh", "sha256sum", "gzip", "openssl", "tail", "head", "cut", "sed", "grep")
WHO = ("--who", "A. Editor", "--why", "counsel asked, request 12")


def record_of(case: Case) -> str:
    return f"{case.court.code}:criminal:first:1:{case.case_id}"


def name_in(case: Case) -> str:
    """The first name that any face of a case shows, or ""."""
    return next((person.name for face in case.faces for person in face.people if person.name), "")


def named_case(corpus: Corpus) -> Case:
    """A case whose card was captured at least twice and that a name stood on."""
    for case in corpus.world.cases:
        cards = [each for each in corpus.world.captures if each.kind == "card" and each.cases == (case,)]
        if len(cards) > 1 and name_in(case):
            return case
    raise AssertionError("the world has no such case")


@pytest.fixture
def own(desk: Desk, tmp_path: Path) -> Desk:
    """A copy of the built home that a test may write to."""
    shutil.copytree(desk.home, tmp_path / "home")
    return Desk(tmp_path / "home", tmp_path / "user")


@pytest.fixture(scope="module")
def package(desk: Desk, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain package of one case."""
    home = tmp_path_factory.mktemp("evidence") / "home"
    shutil.copytree(desk.home, home)
    folder = home.parent / "package"
    Desk(home, home.parent).run("evidence", record_of(named_case(corpus)), "--out", folder, "--plain", *WHO).ok()
    return folder


def proved(folder: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """What check.sh says where there is nothing but the few tools it names."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name in TOOLS:
        found = shutil.which(name)
        assert found, f"this test needs {name}"
        if not (tools / name).exists():
            (tools / name).symlink_to(found)
    return subprocess.run(
        ["/bin/sh", "check.sh"], cwd=folder, env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )


def table(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "captures.tsv").read_text()), delimiter="\t"))


def test_the_pages_are_those_of_the_world_and_few_tools_prove_it(package: Path, corpus: Corpus, tmp_path: Path) -> None:
    done = proved(package, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "PROVED, as far as this package goes"

    case = named_case(corpus)
    world = {hashlib.sha256(page(each)).hexdigest(): each for each in corpus.world.captures}
    cards = {
        hashlib.sha256(page(each)).hexdigest()
        for each in corpus.world.captures
        if each.kind == "card" and case in each.cases
    }
    held = {row["page_sha256"] for row in table(package)}
    assert cards <= held
    assert all(case in world[digest].cases for digest in held)

    for row in table(package):  # one page by hand, as HOW-TO-CHECK.txt says
        if row["page_in"] == row["capture"]:
            line = (
                f"tail -c +{row['byte']} case.wacz | head -c {row['length']} | gzip -dc | "
                f"tail -c +{row['page_byte']} | head -c {row['page_length']}"
            )
            cut = subprocess.run(["/bin/sh", "-c", line], cwd=package, capture_output=True, check=True).stdout
            assert cut == page(world[row["page_sha256"]])


def test_names_are_masked_in_the_report_unless_revealed_and_that_is_logged(
    package: Path, own: Desk, corpus: Corpus, tmp_path: Path
) -> None:
    case = named_case(corpus)
    name = name_in(case)
    for path in package.iterdir():
        if path.name != "case.wacz":
            assert name not in path.read_text(), path.name
    report = (package / "report.html").read_text()
    assert "SIMULATED DATA" in report
    own.run("evidence", record_of(case), "--out", tmp_path / "open", "--plain", "--reveal", *WHO).ok()
    assert name in (tmp_path / "open" / "report.html").read_text()
    [entry] = read_ledger(own.home / "exports.jsonl").entries
    assert (entry["revealed"], entry["plain"], entry["who"], entry["why"]) == (True, True, WHO[1], WHO[3])
    assert entry["manifest"] == hashlib.sha256((tmp_path / "open" / "SHA256SUMS").read_bytes()).hexdigest()


def test_the_report_says_what_the_last_face_of_the_world_says(package: Path, corpus: Corpus) -> None:
    case = named_case(corpus)
    face = case.faces[-1]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (package / "report.html").read_text()))
    day, month, year = face.received.split(".")
    assert face.number in text
    assert f"{year}-{month}-{day}" in text
    for charge in face.people[0].charges:
        assert f"{charge.article}/{charge.part or 'unknown'}" in text


def resealed(folder: Path) -> None:
    """The manifest made anew over changed files, as a forger would."""
    names = [line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines))


def test_every_changed_byte_is_told(package: Path, tmp_path: Path) -> None:
    for name in sorted(path.name for path in package.iterdir() if path.name not in ("SHA256SUMS", "check.sh")):
        shutil.copytree(package, tmp_path / name)
        data = bytearray((tmp_path / name / name).read_bytes())
        data[len(data) // 2] ^= 1
        (tmp_path / name / name).write_bytes(data)
        done = proved(tmp_path / name, tmp_path)
        assert done.returncode == 1, name
        assert "NOT PROVED: a file is not the one in the manifest" in done.stdout


def test_a_forger_who_makes_the_manifest_anew_is_told_by_page_and_by_chain(package: Path, tmp_path: Path) -> None:
    row = table(package)[0]
    first = tmp_path / "page"
    shutil.copytree(package, first)
    data = bytearray((first / "case.wacz").read_bytes())
    data[int(row["byte"]) + int(row["length"]) // 2] ^= 1
    (first / "case.wacz").write_bytes(data)
    resealed(first)
    assert f"NOT PROVED: the record of {row['capture']}" in proved(first, tmp_path).stdout

    second = tmp_path / "chain"
    shutil.copytree(package, second)
    path = second / "ledger-imports.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    assert len(lines) > 1
    path.write_text("".join([lines[0].replace('"captures":', '"captures": '), *lines[1:]]))
    resealed(second)
    assert "does not follow the line before it" in proved(second, tmp_path).stdout

    third = tmp_path / "line"
    shutil.copytree(package, third)
    (third / "ledger-imports.jsonl").write_text(lines[-1])
    resealed(third)
    assert "NOT PROVED: the ledger's line about the file of" in proved(third, tmp_path).stdout


def test_the_wacz_is_one_by_its_own_rules_and_for_another_library(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package / "case.wacz") as found:
        assert all(info.compress_type == zipfile.ZIP_STORED for info in found.infolist())
        files = {name: found.read(name) for name in found.namelist()}
    described = json.loads(files["datapackage.json"])
    assert described["profile"] == "data-package"
    assert described["wacz_version"] == "1.1.1"
    listed = {each["path"]: (each["hash"], each["bytes"]) for each in described["resources"]}
    told = {name: (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)) for name, data in files.items()}
    digest = json.loads(files["datapackage-digest.json"])
    assert (digest["path"], digest["hash"]) == ("datapackage.json", told["datapackage.json"][0])
    assert listed == {name: each for name, each in told.items() if "/" in name}
    assert set(listed) == {"archive/evidence.warc.gz", "indexes/index.cdx", "pages/pages.jsonl"}

    warc = tmp_path / "evidence.warc.gz"
    warc.write_bytes(files["archive/evidence.warc.gz"])
    with warc.open("rb") as stream:
        kinds = [
            record.rec_type
            for record in ArchiveIterator(stream, check_digests="raise")
            if record.content_stream().read() or True
        ]
    assert kinds[0] == "warcinfo"
    assert len(kinds) == len(table(package)) + 1
    sink = io.StringIO()
    indexer = Indexer(["offset", "length", "warc-type", "warc-target-uri", "warc-payload-digest"], [str(warc)], None)
    with warc.open("rb") as stream:
        indexer.process_one(stream, sink, warc.name)
    theirs = sorted(
        (each["offset"], each["length"], each["warc-target-uri"], each["warc-payload-digest"])
        for each in map(json.loads, sink.getvalue().splitlines())
        if each["warc-type"] != "warcinfo"
    )
    lines = files["indexes/index.cdx"].decode().splitlines()
    entries = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert sorted((each["offset"], each["length"], each["url"], each["digest"]) for each in entries) == theirs
    assert lines == sorted(lines)
    pages = [json.loads(line) for line in files["pages/pages.jsonl"].splitlines()]
    assert pages[0]["format"] == "json-pages-1.0"
    assert {each["url"] for each in pages[1:]} == {each["url"] for each in entries}


# Keys as the library `surt` gives them.
@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://unknown.invalid/AABB", "invalid,unknown)/aabb"),
        ("https://www2.msk.sudrf.ru:8080/", "ru,sudrf,msk:8080)/"),
        ("https://x.ru", "ru,x)/"),
        ("http://x.ru/a?b=1&a=2&a=1&C=%D0%9F#f", "ru,x)/a?a=1&a=2&b=1&c=%d0%9f"),
        ("http://x.ru/?", "ru,x)/"),
    ],
)
def test_addresses_are_looked_up_by_the_usual_key(url: str, key: str) -> None:
    assert sort_key(url) == key


def test_nothing_leaves_unencrypted_unlogged_or_without_a_reason(own: Desk, corpus: Corpus, tmp_path: Path) -> None:
    record = record_of(named_case(corpus))
    out = tmp_path / "out"
    key = str(pyrage.x25519.Identity.generate().to_public())
    who, why = WHO[1], WHO[3]
    for out_at, recipients, plain, by, reason in (
        (out, [], False, who, why),
        (out, [key], True, who, why),
        (out, ["age1nobody"], False, who, why),
        (out, [key], False, " ", why),
        (out, [key], False, who, ""),
        (own.home / "inside", [key], False, who, why),
        (tmp_path, [], True, who, why),  # a folder that is not empty
    ):
        with pytest.raises(ReleaseError):
            check_release(own.home, out_at, recipients, plain=plain, who=by, why=reason)
    assert own.run("evidence", record, "--out", out, *WHO).status == MISUSED
    assert own.run("evidence", record, "--out", out, *WHO, "--plain", "--tsa", "http://tsa.example/").status == MISUSED
    assert own.run("evidence", "25GV0001:criminal:first:1:1", "--out", out, *WHO, "--recipient", key).status == FAILED
    assert not out.exists()
    assert not (own.home / "exports.jsonl").exists()


def test_an_encrypted_package_opens_for_its_recipient_alone(own: Desk, corpus: Corpus, tmp_path: Path) -> None:
    identity, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    case = named_case(corpus)
    out = tmp_path / "case.tar.age"
    answer = own.run(
        "evidence", record_of(case), "--out", out, "--recipient", str(identity.to_public()), *WHO, "--json"
    ).ok()
    sealed = out.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert oct(out.stat().st_mode)[-3:] == "600"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(sealed, [identity]))) as packed:
        packed.extractall(tmp_path / "open", filter="data")
    [folder] = (tmp_path / "open").iterdir()
    assert proved(folder, tmp_path).returncode == 0
    [entry] = read_ledger(own.home / "exports.jsonl").entries
    assert entry["sha256"] == hashlib.sha256(sealed).hexdigest() == answer.json["sha256"]
    assert entry["recipients"] == [str(identity.to_public())]
    assert (entry["records"], entry["plain"], entry["revealed"]) == ([record_of(case)], False, False)
    again = own.run("evidence", record_of(case), "--out", out, "--recipient", str(identity.to_public()), *WHO)
    assert again.status == MISUSED
    assert out.read_bytes() == sealed


def test_a_matter_is_packed_with_every_record_of_it(own: Desk, corpus: Corpus, tmp_path: Path) -> None:
    cases = {case.key: case for case in corpus.world.cases}
    both = {record_of(cases[key]) for key in ("chain-returned", "chain-refiled")}
    words = ("evidence", record_of(cases["chain-refiled"]), "--plain", *WHO, "--json")
    assert own.run(*words, "--out", tmp_path / "one").ok().json["records"] == [record_of(cases["chain-refiled"])]
    assert set(own.run(*words, "--matter", "--out", tmp_path / "both").ok().json["records"]) == both
    assert proved(tmp_path / "both", tmp_path).returncode == 0


def test_verify_proves_the_log_of_packages_too(own: Desk, corpus: Corpus, tmp_path: Path) -> None:
    for name in ("one", "two"):
        own.run("evidence", record_of(named_case(corpus)), "--out", tmp_path / name, "--plain", *WHO).ok()
    assert own.run("verify").ok()
    log = own.home / "exports.jsonl"
    log.write_text(log.read_text().replace("request 12", "request 13", 1))
    answer = own.run("verify")
    assert answer.status == FAILED
    assert "exports.jsonl: line 1: the line was changed after it was written" in answer.err


def test_damage_stops_a_package(own: Desk, package: Path, corpus: Corpus, tmp_path: Path) -> None:
    row = next(
        row for row in csv.DictReader(io.StringIO((package / "custody.csv").read_text())) if row["event"] == "stored"
    )
    file, byte = re.findall(r"^(\S+), byte (\d+)", row["detail"])[0]
    path = own.home / "archive" / "warc" / file
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[int(byte) + 300] ^= 1
    path.write_bytes(data)
    answer = own.run("evidence", record_of(named_case(corpus)), "--out", tmp_path / "out", "--plain", *WHO)
    assert answer.status == FAILED
    assert "run 'courttally verify'" in answer.err
    assert not (tmp_path / "out").exists()


@dataclass
class Authority:
    """A timestamp authority of this test's own: openssl behind a small server."""

    folder: Path
    url: str = ""
    mode: str = "right"

    def openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def found(self) -> None:
        for name, subject in (("root", "/CN=Test root"), ("stranger", "/CN=Another root")):
            self.openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                f"{name}.key",
                "-out",
                f"{name}.pem",
                "-subj",
                subject,
                "-days",
                "3650",
            )
        self.openssl(
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "tsa.key",
            "-out",
            "tsa.csr",
            "-subj",
            "/CN=Test authority",
        )
        (self.folder / "use").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
        self.openssl(
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-set_serial",
            "2",
            "-extfile",
            "use",
            "-days",
            "3650",
            "-out",
            "tsa.pem",
        )
        (self.folder / "serial").write_text("01\n")
        (self.folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa = own\n[own]\nserial = serial\ncrypto_device = builtin\nsigner_digest = sha256\n"
            "default_policy = 1.3.6.1.4.1.4146.2.3\ndigests = sha256\naccuracy = secs:1\ness_cert_id_alg = sha256\n"
        )

    def answer(self, request: bytes) -> bytes:
        if self.mode == "no timestamp":
            return b"<html>busy</html>"
        if self.mode == "another digest":
            self.openssl("ts", "-query", "-digest", "00" * 32, "-sha256", "-cert", "-out", "query.tsq")
        else:
            (self.folder / "query.tsq").write_bytes(request)
        self.openssl(
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-queryfile",
            "query.tsq",
            "-inkey",
            "tsa.key",
            "-signer",
            "tsa.pem",
            "-out",
            "reply.tsr",
        )
        return (self.folder / "reply.tsr").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    made = Authority(tmp_path_factory.mktemp("authority"))
    made.found()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = made.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def stamped(desk: Desk, corpus: Corpus, out: Path, url: str, roots: Path) -> Answer:
    return desk.run(
        "evidence", record_of(named_case(corpus)), "--out", out, "--plain", *WHO, "--tsa", url, "--tsa-roots", roots
    )


def test_an_authority_dates_the_manifest_and_openssl_proves_it(
    own: Desk, corpus: Corpus, authority: Authority, tmp_path: Path
) -> None:
    authority.mode = "right"
    out = tmp_path / "dated"
    answer = stamped(own, corpus, out, authority.url, authority.folder / "root.pem").ok()
    assert "Timestamp: by the authority, checked." in answer.out
    done = proved(out, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^Timestamp: the manifest existed on \w{3} +\d+ [\d:]+ \d{4} GMT$", done.stdout, re.MULTILINE)

    moved = tmp_path / "moved"
    shutil.copytree(out, moved)
    (moved / "report.html").write_text("another story")
    resealed(moved)
    assert "NOT PROVED: the timestamp over the manifest" in proved(moved, tmp_path).stdout


@pytest.mark.parametrize("fault", ["another digest", "no timestamp", "stranger's root", "nobody there"])
def test_a_timestamp_that_does_not_hold_stops_the_package(
    fault: str, own: Desk, corpus: Corpus, authority: Authority, tmp_path: Path
) -> None:
    authority.mode = fault
    url = "http://127.0.0.1:1/" if fault == "nobody there" else authority.url
    roots = authority.folder / ("stranger.pem" if fault == "stranger's root" else "root.pem")
    answer = stamped(own, corpus, tmp_path / "out", url, roots)
    assert answer.status == FAILED
    assert "Nothing was written" in answer.err
    assert not (tmp_path / "out").exists()
    assert not (own.home / "exports.jsonl").exists()


def test_a_package_is_made_from_sealed_files_where_the_key_is(
    own: Desk, corpus: Corpus, package: Path, tmp_path: Path
) -> None:
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "seal.key"
    key.write_text(f"{identity}\n")
    key.chmod(0o600)
    sealing = subprocess.run(
        [str(shutil.which("courttally") or Path(os.sys.executable).with_name("courttally")), "archive", "seal", "--home", str(own.home), "--key-file", str(key)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert sealing.returncode == 0, sealing.stderr
    words = ("evidence", record_of(named_case(corpus)), "--plain", *WHO)
    answer = own.run(*words, "--out", tmp_path / "locked")
    assert answer.status == FAILED
    assert "is sealed and there is no key" in answer.err
    Desk(own.home, own.user, (("COURTTALLY_SEAL_KEY", str(key)),)).run(*words, "--out", tmp_path / "open").ok()
    assert {row["page_sha256"] for row in table(tmp_path / "open")} == {row["page_sha256"] for row in table(package)}
