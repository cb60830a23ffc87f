# SPDX-License-Identifier: MIT
"""qentctl node provision on a panel of the sandbox."""
import json
import unittest
import urllib.parse
import urllib.request

from test_shop import ANNA, ShopCase

from harness import wait_for

HOSTS = ("--camouflage", "www.example.com", "--public-host", "vpn.example.net")


class Provision(ShopCase):
    def setUp(self):
        super().setUp()
        self.shop.stock()
        form = urllib.parse.urlencode({"username": "admin", "password": "admin"}).encode()
        self.token = self.panel("/api/admin/token", form, None)["access_token"]

    def panel(self, path, data=None, token=""):
        request = urllib.request.Request(f"{self.sandbox.url}/marzban/m1{path}", data=data)
        if token is not None:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def core(self):
        return self.panel("/api/core/config")

    def provision(self, *args):
        return self.shop.ctl_json("node", "provision", "de1", *HOSTS, *args)

    def states(self, *args):
        return [step["state"] for step in self.provision(*args)]

    def test_a_dry_run_shows_the_change_and_the_command_for_it(self):
        before = self.core()
        done = self.shop.ctl("node", "provision", "de1", *HOSTS, "--vless-port", "2083")
        self.assertRegex(done.stdout, r"would add +inbound qent-vless: VLESS Reality on port 2083, posing as")
        self.assertRegex(done.stdout, r"would add +inbound qent-shadowsocks: Shadowsocks on port 443")
        self.assertIn(f"qentctl --config {self.shop.config} node provision de1 --camouflage www.example.com "
                      "--public-host vpn.example.net --vless-port 2083 --apply\n", done.stdout)
        self.assertEqual(self.states(), ["missing"] * 4)
        self.assertEqual(self.core(), before)

    def test_applying_adds_what_is_missing_once(self):
        before = self.core()
        self.assertEqual(self.states("--apply"), ["added"] * 4)
        after = self.core()
        self.assertEqual(after["inbounds"][:-2], before["inbounds"])
        self.assertEqual({k: v for k, v in after.items() if k != "inbounds"},
                         {k: v for k, v in before.items() if k != "inbounds"})
        self.assertEqual([i["port"] for i in after["inbounds"][-2:]], [2053, 443])
        self.assertEqual(self.states("--apply"), ["present"] * 4)
        self.assertEqual(self.core(), after)
        self.assertIn("already there", self.shop.ctl("node", "provision", "de1", *HOSTS).stdout)

    def test_a_new_account_gets_both_links(self):
        self.provision("--apply")
        self.sandbox.person(ANNA, "Anna", "en")
        self.shop.start_botd()
        self.sandbox.say(ANNA, "/start")
        wait_for("the user", lambda: self.sandbox.messages(ANNA))
        self.shop.ctl("sub", "grant", str(ANNA), "month")
        wait_for("the keys", lambda: self.shop.keys_messages(ANNA))
        sub = self.shop.ctl_json("user", "show", str(ANNA))["subscriptions"][0]["id"]
        places = [link["uri"].split("@")[1].split("#")[0] for link in self.shop.ctl_json("sub", "show", str(sub))["links"]]
        self.assertTrue(any(p.startswith("vpn.example.net:2053?security=reality") for p in places), places)
        self.assertIn("vpn.example.net:443", places)

    def test_a_probe_of_a_fresh_panel_leads_here(self):
        self.sandbox.control("POST", "/marzban/m1/config", {"inbounds": [
            {"tag": "other", "protocol": "trojan", "network": "tcp", "tls": "none", "port": 8443}]})
        self.assertIn("qentctl node provision", self.fails(2, "node", "probe", "de1").stderr)
        self.provision("--apply")
        self.shop.ctl("node", "probe", "de1")

    def test_what_has_a_port_is_named_and_left_alone(self):
        self.sandbox.control("POST", "/marzban/m1/config", {"inbounds": [
            {"tag": "mine", "protocol": "vless", "network": "tcp", "tls": "none", "port": 443}]})
        before = self.core()
        for args in ((), ("--apply",)):
            done = self.fails(1, "node", "provision", "de1", *HOSTS, *args)
            self.assertIn('port 443 is taken by the panel\'s inbound "mine"', done.stderr)
            self.assertIn("--shadowsocks-port", done.stderr)
        self.assertEqual(self.core(), before)

    def test_a_core_that_does_not_stay_up_gets_its_old_configuration_back(self):
        before = self.core()
        self.sandbox.control("POST", "/marzban/m1/config", {"busy_ports": [2053]})
        done = self.fails(1, "node", "provision", "de1", *HOSTS, "--apply")
        self.assertIn("put back", done.stderr)
        self.assertEqual(self.core(), before)
        self.assertTrue(self.panel("/api/core")["started"])
        self.assertEqual(self.states("--apply", "--vless-port", "2083"), ["added"] * 4)

    def test_hosts_that_cannot_work_are_explained(self):
        for host, why in (("203.0.113.9", "is an address"), ("https://example.com", "no scheme"),
                          ("localhost", "not a host name"), ("a.localhost", "this machine"),
                          ("vpn.example.net", "pose as itself")):
            done = self.fails(2, "node", "provision", "de1", "--camouflage", host, "--public-host", "vpn.example.net")
            self.assertIn(why, done.stderr, host)
        self.assertIn("pose as", self.fails(2, "node", "provision", "de1").stderr)
        done = self.fails(2, "node", "provision", "de1", "--camouflage", "www.example.com")
        self.assertIn("buyers' apps", done.stderr)
        self.fails(2, "node", "provision", "de1", *HOSTS, "--vless-port", "443")
        self.fails(2, "node", "provision", "de1", *HOSTS, "--vless-port", "0")
        self.fails(3, "node", "provision", "none", *HOSTS)


if __name__ == "__main__":
    unittest.main(verbosity=1)
