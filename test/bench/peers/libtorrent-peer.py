"""One side of a v2 torrent: `seed FILE TORRENT`, or `fetch TORRENT PORT FOLDER`.

The seeder prints its port. The fetcher prints an empty line; for each line of its input it fetches
the file into an empty folder and prints how many milliseconds that took. Both end with their input.
"""

import os
import shutil
import sys
import tempfile
import time

import libtorrent as lt

HOST = "127.0.0.1"
SETTINGS = {
    "listen_interfaces": HOST + ":0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "allow_multiple_connections_per_ip": True,
    "unchoke_slots_limit": -1,
    "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
}


def seed(path, torrent):
    files = lt.file_storage()
    lt.add_files(files, path)
    maker = lt.create_torrent(files, 0, lt.create_torrent.v2_only)
    folder = os.path.dirname(path)
    lt.set_piece_hashes(maker, folder)
    with open(torrent, "wb") as out:
        out.write(lt.bencode(maker.generate()))
    session = lt.session(SETTINGS)
    add(session, torrent, folder, lt.torrent_flags.seed_mode)
    say(session.listen_port())
    sys.stdin.read()


def fetch(torrent, port, folder):
    session = lt.session(SETTINGS)
    say("")
    for _ in sys.stdin:
        copy = tempfile.mkdtemp(dir=folder)
        start = time.monotonic()
        handle = add(session, torrent, copy, lt.torrent_flags.default_flags)
        handle.connect_peer((HOST, int(port)))
        wait_for(session, lt.torrent_finished_alert)
        say((time.monotonic() - start) * 1000)
        session.remove_torrent(handle)
        wait_for(session, lt.torrent_removed_alert)
        shutil.rmtree(copy)


def add(session, torrent, folder, flags):
    what = lt.add_torrent_params()
    what.ti = lt.torrent_info(torrent)
    what.save_path = folder
    what.flags = (what.flags | flags) & ~lt.torrent_flags.auto_managed & ~lt.torrent_flags.paused
    return session.add_torrent(what)


def wait_for(session, kind):
    while True:
        session.wait_for_alert(1000)
        if any(isinstance(alert, kind) for alert in session.pop_alerts()):
            return


def say(what):
    print(what, flush=True)


if __name__ == "__main__":
    {"seed": seed, "fetch": fetch}[sys.argv[1]](*sys.argv[2:])
