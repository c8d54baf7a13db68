# crowd -- many people who act at the same instant, and go on asking while the server is killed: what
# the rushes for a need, a place, a room share.
# SPDX-License-Identifier: Apache-2.0
import threading
import time

import kit

PEOPLE = 50
PATIENCE = 60  # seconds that somebody tries again


def at_once(acts):
    """Runs all of them at the same instant; their answers in order."""
    answers, gate = [None] * len(acts), threading.Barrier(len(acts))

    def work(i):
        gate.wait()
        try:
            answers[i] = acts[i]()
        except (OSError, EOFError) as e:
            answers[i] = e
    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(acts))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return answers


class Crowd:
    """Callers of a server that may be killed meanwhile. `repeats` counts what was asked again
    because no answer came."""

    def __init__(self, server):
        self.server, self.repeats = server, 0
        self.lock, self.asked = threading.Lock(), threading.Semaphore(0)

    def until_answered(self, ask):
        """ask(client) again, as a careful caller does under the same key, until there is an answer;
        the error of the last try when there is none in time."""
        end = time.time() + PATIENCE
        while True:
            client = kit.Client(self.server.port, timeout=10)
            self.asked.release()
            try:
                a = ask(client)
                if a.status not in (500, 502, 503, 504):
                    return a
            except (OSError, EOFError, ValueError) as e:
                a = e
            finally:
                client.close()
            if time.time() > end:
                return a
            with self.lock:
                self.repeats += 1
            time.sleep(0.02)  # the server is being started again

    def rush(self, asks, kill_after=None):
        """The answers to all asks at once; the server is killed and started again when `kill_after`
        of them have begun."""
        killer = threading.Thread(target=self._kill, args=(kill_after,))
        if kill_after is not None:
            self.asked = threading.Semaphore(0)
            killer.start()
        answers = at_once([lambda a=a: self.until_answered(a) for a in asks])
        if kill_after is not None:
            killer.join()
        return answers

    def _kill(self, after):
        for _ in range(after):
            self.asked.acquire()
        self.server.kill()
        self.server.start()
