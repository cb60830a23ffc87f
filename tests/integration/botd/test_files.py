# SPDX-License-Identifier: MIT
"""Keys that are files come as documents of their own: once, and with what an app can import."""
import unittest
import urllib.request

from botd_case import ANNA, BORIS, BotdCase, wait_for


class Files(BotdCase):
    def setUp(self):
        super().setUp()
        self.shop.add_node("fi1", "a1", "Finland", "FI", "amneziawg")
        self.start()
        self.meet(ANNA, BORIS)

    def grant(self, user, node):
        """A subscription on one node, the others taking nobody."""
        for other in {"de1", "fi1"} - {node}:
            self.shop.ctl("node", "drain", other)
        return self.shop.ctl_json("sub", "grant", str(user), "month")["id"]

    def sent(self, user, method):
        return [m for m in self.sandbox.messages(user) if m["method"] == method]

    def documents(self, user):
        return self.sent(user, "sendDocument")

    def keys(self, user):
        return self.shop.keys_messages(user)

    def check_file(self, message):
        """A .conf that AmneziaWG's apps take."""
        self.assertEqual(message["document"]["file_name"], "fi1.conf")
        with urllib.request.urlopen(message["document_url"], timeout=10) as reply:
            text = reply.read().decode()
        head, peer = text.split("[Peer]")
        self.assertTrue(head.startswith("[Interface]"), text)
        for name in ("PrivateKey", "Address", "Jc", "Jmin", "Jmax", "S1", "S2", "H1", "H2", "H3", "H4"):
            self.assertRegex(head, rf"(?m)^{name} = \S+")
        for name in ("PublicKey", "Endpoint", "AllowedIPs"):
            self.assertRegex(peer, rf"(?m)^{name} = \S+")
        return text

    def test_the_text_is_followed_by_the_picture_and_the_file(self):
        self.grant(ANNA, "fi1")
        self.wait_messages(ANNA, 4)
        self.settled()
        _, keys, photo, document = self.sandbox.messages(ANNA)
        self.assertIn("VPN is ready", keys["text"])
        self.assertIn("the file fi1.conf in this chat", keys["text"])
        self.assertIn("vpn://", keys["text"])
        self.assertNotIn("[Interface]", keys["text"])
        self.assertEqual(photo["method"], "sendPhoto")
        self.assertEqual(document["caption"],
                         "AmneziaWG · Finland: your key as a file. Tap it and open it with the AmneziaWG or AmneziaVPN "
                         "app, or save it and import it there.")
        self.check_file(document)

    def test_a_file_is_sent_once_across_a_kill(self):
        self.sandbox.fault("telegram", "delay", match="sendPhoto", ms=3000)
        self.grant(BORIS, "fi1")
        wait_for("the picture to be on its way", lambda: self.sandbox.calls("telegram", path="sendPhoto"))
        self.shop.botd.kill()
        self.assertEqual(self.documents(BORIS), [])
        self.sandbox.no_faults()
        self.start()
        wait_for("the file", lambda: self.documents(BORIS), 90)
        self.settled(90)
        self.kill()
        self.start()
        self.ask(BORIS, "/help")
        self.settled()
        (document,) = self.documents(BORIS)
        self.assertIn("ваш ключ файлом", document["caption"])
        self.check_file(document)
        self.assertEqual(len(self.keys(BORIS)), 1)

    def test_a_limited_or_failing_document_waits_and_comes_once(self):
        self.sandbox.fault("telegram", "429", match="sendDocument", retry_after=1, count=1)
        self.sandbox.fault("telegram", "status", match="sendDocument", status=502, count=1, after=1)
        self.grant(ANNA, "fi1")
        wait_for("the file", lambda: self.documents(ANNA), 60)
        self.settled(60)
        self.assertEqual(len(self.documents(ANNA)), 1)

    def test_a_move_brings_the_new_file_after_its_notice(self):
        sub = self.grant(ANNA, "de1")
        wait_for("the keys", lambda: self.keys(ANNA))
        self.settled()
        self.assertEqual(self.documents(ANNA), [])
        self.shop.ctl("node", "activate", "fi1")
        self.shop.ctl("sub", "move", str(sub), "fi1")
        wait_for("the file", lambda: self.documents(ANNA))
        self.settled()
        moved, document = self.sandbox.messages(ANNA)[-2:]
        self.assertIn("is now served from", moved["text"])
        self.assertIn("vpn://", moved["text"])
        self.check_file(document)

    def test_rotated_keys_come_as_another_file(self):
        sub = self.grant(ANNA, "fi1")
        wait_for("the file", lambda: self.documents(ANNA))
        self.settled()
        self.shop.ctl("sub", "rotate", str(sub))
        wait_for("the new file", lambda: len(self.documents(ANNA)) == 2)
        self.settled()
        old, new = (self.check_file(document) for document in self.documents(ANNA))
        self.assertNotEqual(old, new)


if __name__ == "__main__":
    unittest.main(verbosity=2)
