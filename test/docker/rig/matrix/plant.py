"""Plants values in what Python's own modules write; each is read back, so that it is really there."""

import bz2, glob, gzip, io, json, lzma, marshal, os, py_compile, shutil, sqlite3, tarfile, zipfile

values = json.load(open("/plant/values.json"))
out = "/planted"
os.makedirs(out)


def path(name):
    return os.path.join(out, name)


def put(name, content):
    with open(path(name), "wb") as file:
        file.write(content)


def text(title):
    return f"token = '{values[title]}'\n".encode()


def zipped(title, method, member="config/settings.py"):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as archive:
        archive.writestr("README", "x" * 3000)
        archive.writestr(member, text(title))
    with zipfile.ZipFile(memory) as archive:
        assert values[title].encode() in archive.read(member)
    return memory.getvalue()


def tarred(title, mode):
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode=mode) as archive:
        info = tarfile.TarInfo("app/settings.py")
        info.size = len(text(title))
        archive.addfile(info, io.BytesIO(text(title)))
    memory.seek(0)
    with tarfile.open(fileobj=memory) as archive:
        assert values[title].encode() in archive.extractfile("app/settings.py").read()
    return memory.getvalue()


# a short text alone is stored as it is
put("a.xz", lzma.compress(b"nothing\n" * 500 + text("xz")))
put("a.lzma", lzma.compress(text("lzma"), lzma.FORMAT_ALONE))
put("a.bz2", bz2.compress(text("bzip2")))
put("two.gz", gzip.compress(b"nothing\n") + gzip.compress(text("gzip, second member")))
put("deflated.zip", zipped("zip", zipfile.ZIP_DEFLATED))
put("stored.zip", zipped("zip, stored", zipfile.ZIP_STORED))
put("bzip2.zip", zipped("zip with bzip2", zipfile.ZIP_BZIP2))
put("lzma.zip", zipped("zip with LZMA", zipfile.ZIP_LZMA))
put("app.jar", zipped("jar", zipfile.ZIP_DEFLATED, "META-INF/MANIFEST.MF"))
put("app-1.0-py3-none-any.whl", zipped("wheel", zipfile.ZIP_DEFLATED, "app/settings.py"))
put("app.pyz", b"#!/usr/bin/env python3\n" + zipped("zip behind a script", zipfile.ZIP_DEFLATED, "__main__.py"))
put("app.tar", tarred("tar", "w"))
put("app.tar.gz", tarred("tar.gz", "w:gz"))
put("app.tar.xz", tarred("tar.xz", "w:xz"))
put("app.tar.bz2", tarred("tar.bz2", "w:bz2"))

# compiled code
with open("/tmp/settings.py", "wb") as file:
    file.write(text(".pyc"))
py_compile.compile("/tmp/settings.py", path("settings.pyc"), doraise=True)
with open(path("settings.pyc"), "rb") as file:
    file.seek(16)
    assert values[".pyc"] in marshal.load(file).co_consts


# a text over several pages, with the value across the edge of two of them
def overflowing(name, value):
    for before in range(3000, 9000, 20):
        if os.path.exists(name):
            os.remove(name)
        database = sqlite3.connect(name)
        database.execute("create table notes (id integer primary key, body text)")
        database.execute("insert into notes (body) values (?)", ("-" * before + value + "-" * 20000,))
        database.commit()
        assert value in database.execute("select body from notes").fetchone()[0]
        database.close()
        if value.encode() not in open(name, "rb").read():
            return
    raise AssertionError("no page ends inside the value")


overflowing(path("overflow.sqlite"), values["sqlite, overflow chain"])

database = sqlite3.connect(path("blob.sqlite"))
database.execute("create table files (name text, body blob)")
database.execute("insert into files values (?, ?)", ("a", gzip.compress(text("sqlite, gzip in a blob"))))
database.commit()
database.close()

database = sqlite3.connect("/tmp/live.sqlite")
database.execute("pragma journal_mode = wal")
database.execute("create table t (body blob)")
database.execute("insert into t values (?)", (gzip.compress(text("sqlite, write-ahead log")),))
database.commit()
shutil.copy("/tmp/live.sqlite-wal", path("live.sqlite-wal"))
database.close()

# wrappers within wrappers
inner = tarred("tar.gz in zip", "w:gz")
memory = io.BytesIO()
with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
    archive.writestr("lib/app.tar.gz", inner)
put("bundle.zip", memory.getvalue())

inner = zipped("zip in tar.xz in gzip", zipfile.ZIP_DEFLATED)
memory = io.BytesIO()
with tarfile.open(fileobj=memory, mode="w:xz") as archive:
    info = tarfile.TarInfo("lib/inner.zip")
    info.size = len(inner)
    archive.addfile(info, io.BytesIO(inner))
put("deep.gz", gzip.compress(memory.getvalue()))
