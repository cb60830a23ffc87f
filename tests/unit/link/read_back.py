#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""read_back.py <write_documents> <data>: parsers that are not ours read what we wrote."""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import zlib

import yaml

WRITER, DATA = sys.argv[1], pathlib.Path(sys.argv[2])
NAMES = ["🇩🇪 Germany · VLESS", "\" ]}: &anchor *alias # ' \\ %", "Linebreaktricks", "!!python/object:os.system",
         "VPN 2", "same name", "same name 2", "plain base64 of 2022", "before SIP002"]


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.links = (DATA / "links.txt").read_text()
        cls.write(DATA / "awg.conf", DATA / "wg.conf")

    @classmethod
    def write(cls, *confs, links=DATA / "links.txt"):
        subprocess.run([WRITER, cls.folder, links, *confs], check=True, timeout=30)

    def read(self, name):
        return (self.folder / name).read_bytes()

    def test_lists_hold_every_share_link_as_it_was(self):
        self.assertEqual(self.read("plain").decode(), self.links)
        self.assertEqual(base64.b64decode(self.read("base64"), validate=True).decode(), self.links)

    def test_clash(self):
        document = yaml.safe_load(self.read("clash"))
        proxies = {proxy["name"]: proxy for proxy in document["proxies"]}
        names = [*NAMES, "VPN 3", "VPN 4"]
        self.assertEqual([proxy["name"] for proxy in document["proxies"]], names)
        groups = {group["name"]: group for group in document["proxy-groups"]}
        self.assertEqual(groups["VPN"]["proxies"], ["Auto", *names])
        self.assertEqual(groups["Auto"]["proxies"], names)
        reality = proxies[NAMES[0]]
        self.assertEqual(reality["reality-opts"], {
            "public-key": "h6rs2jYJm2nrX3l1P2v0dN8n0cB6pQ2Y8wq2m0nQxUk", "short-id": "6ba85179e30d4fc2"})
        self.assertEqual((reality["flow"], reality["port"]), ("xtls-rprx-vision", 2053))
        self.assertEqual(proxies[NAMES[1]]["ws-opts"]["path"], '/ws?a=b&c="d"')
        self.assertEqual(proxies["VPN 2"]["password"], 'pass word"')
        self.assertEqual(proxies["same name"]["cipher"], "chacha20-ietf-poly1305")
        amnezia = proxies["VPN 3"]
        self.assertLessEqual({"ip": "10.8.0.2/32", "ipv6": "fd00::2/128", "mtu": 1280}.items(), amnezia.items())
        self.assertEqual(amnezia["amnezia-wg-option"]["h4"], "1646644382")
        self.assertNotIn("amnezia-wg-option", proxies["VPN 4"])

    def test_sing_box(self):
        document = json.loads(self.read("sing-box"))
        tags = [outbound["tag"] for outbound in document["outbounds"]]
        self.assertEqual(tags, ["VPN", "Auto", *NAMES, "direct"])
        self.assertEqual(document["outbounds"][0]["outbounds"], ["Auto", *NAMES])
        self.assertEqual(document["route"]["final"], "VPN")
        for outbound, line in zip(document["outbounds"][2:4], self.links.splitlines()):
            url = urllib.parse.urlsplit(line)
            query = dict(urllib.parse.parse_qsl(url.query))
            self.assertEqual((outbound["server"], outbound["server_port"], outbound["uuid"]),
                             (url.hostname, url.port, url.username))
            self.assertEqual(outbound["tls"]["server_name"], query["sni"])

    def test_names_stay_names(self):
        """Whatever YAML or JSON could take them for, on many nodes at once."""
        names = ["yes", "NO", "null", "~", "1e3", "0x1f", "08:30", "2026-11-21", ".inf", "- a", "a: b", "# a", "*a",
                 "&a", "!a", "? a", "| a", "> a", "%YAML 1.2", "---", "...", "[a", "{a", "a, b", "@a", "`a", "'a", '"a',
                 "\\u0041", "a\\", "<<", "=", "1_000", "שלום", "مرحبا", "🏴‍☠️".replace("\u200d", ""), "😀" * 30]
        hosts = ["[2001:db8::7]:1", "192.0.2.7:65535", "xn--e1afmkfd.example:8443"]
        lines = [f"vless://11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa@{hosts[i % 3]}?type=tcp#{urllib.parse.quote(name)}\n"
                 for i, name in enumerate(names)]
        path = self.folder / "names.txt"
        path.write_text("".join(lines))
        self.addCleanup(self.write, DATA / "awg.conf", DATA / "wg.conf")
        self.write(DATA / "awg.conf", links=path)
        clash = yaml.safe_load(self.read("clash"))
        box = json.loads(self.read("sing-box"))
        self.assertEqual([proxy["name"] for proxy in clash["proxies"]], [*names, "VPN 2"])
        self.assertEqual(clash["proxy-groups"][0]["proxies"], ["Auto", *names, "VPN 2"])
        self.assertEqual([outbound["tag"] for outbound in box["outbounds"]], ["VPN", "Auto", *names, "direct"])
        for entry in (clash["proxies"][0], box["outbounds"][2]):
            self.assertEqual((entry["server"], entry.get("port", entry.get("server_port"))), ("2001:db8::7", 1))
        self.assertEqual(base64.b64decode(self.read("base64")).decode(), "".join(lines))

    def unpack(self):
        text = self.read("vpn").decode()
        self.assertTrue(text.startswith("vpn://"))
        data = base64.urlsafe_b64decode(text[6:] + "=" * (-len(text[6:]) % 4))
        plain = zlib.decompress(data[4:])
        self.assertEqual(int.from_bytes(data[:4], "big"), len(plain))
        return json.loads(plain)

    def test_amnezia_vpn(self):
        server = self.unpack()
        container, = server["containers"]
        self.assertEqual((server["defaultContainer"], container["container"]), ("amnezia-awg", "amnezia-awg"))
        self.assertEqual((server["dns1"], server["dns2"], server["hostName"]),
                         ("1.1.1.1", "8.8.8.8", "awg.example.com"))
        config = json.loads(container["awg"]["last_config"])
        self.assertEqual(config["config"], (DATA / "awg.conf").read_text())
        self.assertEqual((config["port"], config["Jc"], config["H4"]), (51820, "5", "1646644382"))

    def test_plain_wireguard_is_no_amnezia_wg(self):
        self.addCleanup(self.write, DATA / "awg.conf", DATA / "wg.conf")
        self.write(DATA / "wg.conf")
        self.assertEqual(self.unpack()["containers"][0]["container"], "amnezia-wireguard")
        self.assertEqual(self.strip(self.read("awg").decode())["Endpoint"], "[2001:db8::9]:51820")

    def strip(self, text):
        """wg-quick's own reading of a file; as anybody but root it would call sudo."""
        if os.geteuid() != 0:
            self.skipTest("wg-quick reads for root only")
        path = self.folder / "wg0.conf"
        path.touch(mode=0o600)
        path.write_text(text)
        done = subprocess.run(["wg-quick", "strip", path], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        return dict(line.split(" = ", 1) for line in done.stdout.splitlines() if " = " in line)

    def test_conf_is_one_that_wg_quick_reads(self):
        text = self.read("awg").decode()
        self.assertEqual(text, (DATA / "awg.conf").read_text())
        plain = "".join(line for line in text.splitlines(True)
                        if line.split(" = ")[0] not in ("Jc", "Jmin", "Jmax", "S1", "S2", "H1", "H2", "H3", "H4"))
        read = self.strip(plain)
        self.assertEqual(read["AllowedIPs"], "0.0.0.0/0, ::/0")
        key = subprocess.run(["wg", "pubkey"], input=read["PrivateKey"], capture_output=True, text=True, check=True,
                             timeout=30).stdout
        self.assertEqual(len(base64.b64decode(key)), 32)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
