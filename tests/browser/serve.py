"""serve.py LINGHANG COMMAND...: runs COMMAND with a server on a sample store of its own.

The command gets BASE_URL and ACCOUNTS: an account of each role, and in `vars` a building's code, a
fresh need (id, key, number), one in the middle of being handled (busy), one (whistled) for which a
unit was whistled to the place, came and was rated, and whose owner asks to park it, and an adapter
with messages in every state.
SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "http"))
import kit

FAR_OFF = 4102444800000  # 2100: the sender leaves it alone


def fill_outbox(store, server):
    """An adapter whose messages wait, failed, were sent and given up; nobody listens there."""
    admin = kit.People(server).api("admin")
    adapter = admin.post("/api/v1/adapters", {
        "kind": "http", "name": "短信网关", "url": "http://127.0.0.1:9/in", "secret": "x",
        "topics": "need.opened,need.escalate"}).json()["id"]
    for state in ("failed", "sent", "dropped", "waiting"):
        admin.post("/api/v1/adapters/%s/try" % adapter, {})
        store.sql("UPDATE outbox SET state = '%s', tries = 3, failed = '对方不收（HTTP 404）',"
                  " send_at = %d, ended_at = %d WHERE id = (SELECT max(id) FROM outbox)"
                  % (state, FAR_OFF, 0 if state == "waiting" else time.time() * 1000))
    return adapter


def whistle(server, store, place):
    """A need of the handler's unit: it asks to park; the grid's branch was whistled and rated."""
    people = kit.People(server)

    def go(step, role, **move):
        answer = people.api(role).post("/api/v1/needs/%s/%s" % (need, step), move)
        assert answer.status == 200, (step, answer)

    need = kit.Client(server.port).post("/api/v1/needs", {
        "place": place, "text": "楼道堆着旧家具，还拉了电线充电"}).json()["id"]
    unit, other, duty = (store.sql(text)[0][0] for text in (
        "SELECT t.org_id FROM person p JOIN holding h ON h.person_id = p.id JOIN post t"
        " ON t.id = h.post_id WHERE p.login = '%s'" % people.account("handler")[1],
        "SELECT t.org_id FROM person p JOIN holding h ON h.person_id = p.id JOIN post t"
        " ON t.id = h.post_id WHERE p.login = '%s'" % people.account("clerk")[1],
        "SELECT id FROM duty ORDER BY code LIMIT 1"))
    go("accept", "dispatcher", duty_id=str(duty), level="L2", text="楼道堆物、飞线充电")
    go("dispatch", "dispatcher", org_id=str(unit))
    go("contact", "handler", outcome="reached")
    go("whistle", "dispatcher", org_id=str(other), text="请窗口派人到场，一起劝一劝")
    go("whistle_ack", "clerk", text="下午三点到")
    go("whistle_rate", "dispatcher", org_id=str(other), reason="late", text="等到五点才来")
    go("whistle_back", "clerk", reason="proper")
    go("ask_park", "handler", reason="consent", text="有两户还没有同意搬走")
    return need


def main():
    with kit.server_on_sample(os.path.abspath(sys.argv[1]), "sqlite") as server:
        server.start()
        store, town = server.store, server.store.demo[0]
        need = kit.Client(server.port).post("/api/v1/needs", {
            "place": town["places"][0], "text": "单元门禁刷不开，试了三张卡都不行",
            "contact": "0551-0000 0009"}).json()
        busy = store.sql("SELECT id FROM need WHERE state = 'handling' ORDER BY id DESC LIMIT 1")[0][0]
        # The post of the first grid worker, and who holds it.
        post, person = store.sql(
            "SELECT t.id, h.person_id FROM post t JOIN holding h ON h.community_id = t.community_id"
            " AND h.post_id = t.id WHERE t.role = 'grid_worker' ORDER BY t.id LIMIT 1")[0]
        accounts = {role: {"login": login, "password": password}
                    for role, login, password in town["accounts"]}
        accounts["vars"] = {"code": town["places"][0], "id": need["id"], "key": need["key"],
                            "number": need["number"], "busy": str(busy),
                            "whistled": whistle(server, store, town["places"][0]),
                            "post": str(post), "person": str(person),
                            "adapter": fill_outbox(store, server)}
        return subprocess.call(sys.argv[2:], env=dict(
            os.environ, BASE_URL="http://127.0.0.1:%d" % server.port, ACCOUNTS=json.dumps(accounts)))


if __name__ == "__main__":
    sys.exit(main())
