"""serve.py LINGHANG COMMAND...: runs COMMAND with a server on a sample store of its own.

The command gets BASE_URL and ACCOUNTS: an account of each role, and in `vars` a building's code, a
fresh need (id, key, number) and one in the middle of being handled (busy).
SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "http"))
import kit


def main():
    store = kit.Store(os.path.abspath(sys.argv[1]), "sqlite")
    server = kit.Server(store)
    try:
        server.start()
        town = store.demo[0]
        need = kit.Client(server.port).post("/api/v1/needs", {
            "place": town["places"][0], "text": "单元门禁刷不开，试了三张卡都不行",
            "contact": "0551-0000 0009"}).json()
        busy = store.sql("SELECT id FROM need WHERE state = 'handling' ORDER BY id DESC LIMIT 1")[0][0]
        accounts = {role: {"login": login, "password": password}
                    for role, login, password in town["accounts"]}
        accounts["vars"] = {"code": town["places"][0], "id": need["id"], "key": need["key"],
                            "number": need["number"], "busy": str(busy)}
        return subprocess.call(sys.argv[2:], env=dict(
            os.environ, BASE_URL="http://127.0.0.1:%d" % server.port, ACCOUNTS=json.dumps(accounts)))
    finally:
        if server.process and server.process.poll() is None:
            server.process.kill()
            server.process.wait()
        store.drop()


if __name__ == "__main__":
    sys.exit(main())
