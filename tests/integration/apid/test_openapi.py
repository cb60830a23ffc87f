#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openapi.yaml tells the truth: each answer of the running daemon fits its schema."""
import unittest
import urllib.parse

import jsonschema
import yaml
from base import ApidTest
from harness import wait_for

BUYER = 2001


class OpenApi(ApidTest):
    with_botd = True
    settings = {"QENT_RATE_LIMIT": "1000"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spec = yaml.safe_load(cls.shop.get("/api/v1/openapi.yaml").body)
        cls.seen = set()
        cls.shop.sandbox.person(BUYER)
        cls.shop.sandbox.say(BUYER, "/start")
        wait_for("the greeting", lambda: cls.shop.sandbox.texts(BUYER))
        cls.order_id = cls.shop.buy(BUYER)
        cls.sub_id = cls.shop.subscription(BUYER)["id"]

    def resolve(self, node):
        while "$ref" in node:
            target = self.spec
            for part in node["$ref"][2:].split("/"):
                target = target[part]
            node = target
        return node

    def check(self, method, path, reply, status):
        self.assertEqual(reply.status, status, reply)
        operation = self.spec["paths"][path][method]
        self.seen.add((method, path, str(status)))
        answer = operation["responses"].get(str(status)) or operation["responses"]["default"]
        answer = self.resolve(answer)
        media = reply.headers["Content-Type"].split(";")[0]
        self.assertIn(media, answer["content"], f"{method} {path} {status}")
        for name, header in answer.get("headers", {}).items():
            if self.resolve(header).get("required", True):
                self.assertIn(name, reply.headers)
        if media.endswith("json"):
            schema = {**answer["content"][media]["schema"], "components": self.spec["components"]}
            jsonschema.Draft202012Validator(schema).validate(reply.json)

    def call(self, method, path, status, body=None, key=None, user=BUYER, **values):
        reply = self.shop.api(method.upper(), path.format(**values), user, body=body, key=key)
        self.check(method, "/api/v1" + path.split("?")[0], reply, status)
        return reply

    def test_file_is_openapi_and_its_examples_fit(self):
        self.assertEqual(self.spec["openapi"], "3.1.0")
        for path in self.spec["paths"].values():
            for operation in (v for k, v in path.items() if k != "parameters"):
                contents = [self.resolve(r).get("content", {}) for r in operation["responses"].values()]
                contents.append(operation.get("requestBody", {}).get("content", {}))
                for content in contents:
                    for media in content.values():
                        schema = {**media["schema"], "components": self.spec["components"]}
                        jsonschema.Draft202012Validator.check_schema(schema)
                        if "example" in media:
                            jsonschema.Draft202012Validator(schema).validate(media["example"])

    def test_every_operation_answers_as_described(self):
        self.call("get", "/me", 200)
        self.call("patch", "/me", 200, body={"language": "ru"})
        self.call("patch", "/me", 422, body={"language": "de"})
        self.call("get", "/plans", 200)
        self.call("get", "/orders", 200)
        self.call("get", "/orders/{id}", 200, id=self.order_id)
        self.call("get", "/orders/{id}", 404, id=999999)
        self.call("post", "/orders", 201, body={"plan": "month", "new": True}, key="a")
        self.call("post", "/orders", 200, body={"plan": "month", "new": True}, key="b")
        self.call("post", "/orders", 422, body={"plan": "nothing"}, key="c")
        self.call("get", "/subscriptions", 200)
        self.call("get", "/subscriptions/{id}", 200, id=self.sub_id)
        self.call("get", "/subscriptions/{id}", 404, id=999999)
        self.call("get", "/subscriptions/{id}/keys", 200, id=self.sub_id)
        self.call("get", "/subscriptions/{id}/traffic", 200, id=self.sub_id)
        self.call("get", "/subscriptions/{id}/traffic?days=0", 400, id=self.sub_id)
        self.call("get", "/me", 200, user=2002)
        self.nodes()
        self.config_link()
        self.webhooks()
        for path in ("/healthz", "/readyz", "/api/v1/openapi.yaml"):
            self.check("get", path, self.shop.get(path), 200)
        self.check("get", "/api/v1/me", self.shop.get("/api/v1/me"), 401)
        self.call("post", "/subscriptions/{id}/rotate", 200, id=self.sub_id)
        self.call("post", "/subscriptions/{id}/rotate", 409, id=self.sub_id)
        self.late_link()
        self.complete()

    def nodes(self):
        self.shop.ctl("node", "add", "nl1", "--url", f"{self.shop.sandbox.url}/marzban/m2", "--username", "admin",
                      "--group", "eu", "--country", "NL", stdin="admin\n")
        self.call("get", "/subscriptions/{id}/node", 200, id=self.sub_id)
        self.call("get", "/subscriptions/{id}/node", 404, id=999999)
        self.call("post", "/subscriptions/{id}/node", 200, id=self.sub_id, body={"node": "nl1"})
        self.call("post", "/subscriptions/{id}/node", 409, id=self.sub_id, body={"node": None})
        self.call("post", "/subscriptions/{id}/node", 422, id=self.sub_id, body={})
        self.call("get", "/subscriptions", 200)

    def config_link(self):
        keys = self.call("get", "/subscriptions/{id}/keys", 200, id=self.sub_id).json
        self.assertTrue(keys["links"])
        path = urllib.parse.urlsplit(keys["config_link"]).path
        self.check("get", "/s/{token}", self.shop.get(path), 200)
        operation = self.spec["paths"]["/s/{token}"]["get"]
        for form in operation["parameters"][0]["schema"]["enum"]:
            self.check("get", "/s/{token}", self.shop.get(f"{path}?format={form}"), 200)
        self.check("get", "/s/{token}", self.shop.get(path, {"User-Agent": "Mozilla/5.0", "Accept": "text/html"}), 200)
        for app in self.spec["paths"]["/s/{token}/open"]["get"]["parameters"][0]["schema"]["enum"]:
            self.check("get", "/s/{token}/open", self.shop.get(f"{path}/open?app={app}"), 200)
        self.check("get", "/s/{token}", self.shop.get("/s/unknown"), 404)

    def webhooks(self):
        headers = {"Content-Type": "application/json"}
        body = '{"type":"notification","event":"payment.succeeded","object":{"id":"22e12f66-000f-5000-8000-18db351245c7"}}'
        self.check("post", "/webhooks/yookassa", self.shop.request("POST", "/webhooks/yookassa", headers, body), 200)
        self.check("post", "/webhooks/yookassa", self.shop.request("POST", "/webhooks/yookassa", headers, "[]"), 400)
        self.check("post", "/webhooks/telegram", self.shop.request("POST", "/webhooks/telegram", headers, "{}"), 403)

    def late_link(self):
        self.shop.sandbox.fault("yookassa", "delay", ms=7000, match="POST /payments", count=-1)
        self.addCleanup(self.shop.sandbox.no_faults)
        reply = self.call("post", "/orders", 202, body={"plan": "month"}, key="late", user=2003).json
        self.assertEqual((reply["status"], reply["pay_url"]), ("preparing", None))

    def complete(self):
        """Every described 2xx answer but that of Telegram's webhook (test_webhooks.py) was seen."""
        described = {(method, path, status)
                     for path, item in self.spec["paths"].items() for method, operation in item.items()
                     if method != "parameters" for status in operation["responses"] if status.startswith("2")}
        self.assertEqual(described - self.seen, {("post", "/webhooks/telegram", "200")})


if __name__ == "__main__":
    unittest.main()
