"""Database servers of a test's own: in a temporary folder, on unix sockets, gone with the test. None where the programs are not installed."""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

START_S = 60
STOP_S = 20
FOLDERS = "/usr/sbin:/usr/local/sbin"  # where servers are, and a user's PATH is not


class Missing(Exception):
    """Why there is no such server here."""


def program(name, folders=()):
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", ""), FOLDERS])
    found = shutil.which(name, path=path)
    if not found:
        raise Missing(f"{name} is not installed")
    return found


class Server:
    """A process of ours, with its output in a file."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None

    def run(self, words, **more):
        with open(self.folder / "log", "ab") as log:
            subprocess.run(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True, cwd="/", **more)

    def start(self, words, answers, **more):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True, **more)
        deadline = time.monotonic() + START_S
        while not answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop(signal.SIGKILL)
                raise RuntimeError(f"{words[0]} does not answer:\n" + (self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def stop(self, number):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Postgres(Server):
    """The superuser is "postgres", without a password. As root it is run by the user of that name, for it refuses root."""

    def __init__(self, folder):
        super().__init__(folder)
        folders = [path / "bin" for path in sorted(pathlib.Path("/usr/lib/postgresql").glob("*"), reverse=True)]
        with contextlib.suppress(OSError):
            folders.insert(0, subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout.strip())
        maker, daemon = program("initdb", folders), program("postgres", folders)
        self.client = program("psql", folders)
        user = {}
        if os.geteuid() == 0:
            try:
                who = pwd.getpwnam("postgres")
            except KeyError:
                raise Missing("PostgreSQL does not run as root, and there is no user 'postgres'") from None
            os.chown(folder, who.pw_uid, who.pw_gid)
            user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        data = folder / "data"
        self.run([maker, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], **user)
        settings = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"]
        self.start([daemon, "-D", data, "-k", folder, *(word for one in settings for word in ("-c", one))],
                   lambda: self.ask("postgres", "SELECT 1").returncode == 0, **user)

    def address(self, database):
        return f"postgres://postgres@/{database}?host={self.folder}"

    def ask(self, database, sql):
        return subprocess.run([self.client, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.address(database)], input=sql.encode(),
                              capture_output=True, check=False, env=os.environ | {"PGCLIENTENCODING": "UTF8", "PGTZ": "UTC"})

    def close(self):
        self.stop(signal.SIGINT)  # ends connections, then itself


class Mariadb(Server):
    """The user is "root", without a password."""

    def __init__(self, folder):
        super().__init__(folder)
        maker, daemon = program("mariadb-install-db"), program("mariadbd")
        self.client = program("mariadb")
        (folder / "tmp").mkdir()
        # Files for sorting, too: servers that share a folder for these remove each other's.
        common = ["--no-defaults", f"--datadir={folder / 'data'}", f"--tmpdir={folder / 'tmp'}", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M"]
        if os.geteuid() == 0:
            common.append("--user=root")  # it refuses to run as root unless told so, and mostly there is no user for it where tests run
        self.run([maker, *common, "--auth-root-authentication-method=normal", "--skip-test-db"])
        self.start([daemon, *common, f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", "--skip-networking", "--local-infile=1",
                    "--innodb-flush-log-at-trx-commit=0", "--performance-schema=off", "--max-allowed-packet=64M", "--character-set-server=utf8mb4"],
                   lambda: self.ask("mysql", "SELECT 1").returncode == 0)

    def address(self, database):
        return f"mariadb://root@localhost/{database}?socket={self.folder / 's'}"

    def ask(self, database, sql):
        settings = "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES', time_zone = '+00:00';\n"
        return subprocess.run([self.client, "--no-defaults", "-uroot", f"--socket={self.folder / 's'}", "--default-character-set=utf8mb4", "--batch",
                               "--raw", "--skip-column-names", "--binary-mode", "--max-allowed-packet=64M", database],
                              input=(settings + sql).encode(), capture_output=True, check=False)

    def close(self):
        self.stop(signal.SIGTERM)
