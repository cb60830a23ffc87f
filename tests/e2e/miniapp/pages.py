# SPDX-License-Identifier: MIT
"""A separate web server for the exported Mini App: files only, the API is on another origin."""
import http.server
import json
import mimetypes
import pathlib
import threading
import urllib.parse


def serve(folder, api):
    """Starts on a free port and returns the address."""
    root = pathlib.Path(folder).resolve()
    # The sandbox's chat page plays Telegram's web client.
    policy = json.loads((root / "csp.json").read_text())["directives"] + "; frame-ancestors http://127.0.0.1:*"

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def do_GET(self):
            path = urllib.parse.urlsplit(self.path).path
            if path == "/app/config.json":
                self.answer(200, "application/json", json.dumps({"api": api}).encode())
            else:
                self.file(path)

        def answer(self, status, kind, body, cache="no-cache"):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", cache)
            if kind.startswith("text/html"):
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def file(self, path):
            inside = urllib.parse.unquote(path).removeprefix("/app/")
            file = (root / inside).resolve()
            if file.is_dir():
                file = file / "index.html"
            if not path.startswith("/app/") or root not in file.parents or not file.is_file():
                self.answer(404, "text/html; charset=utf-8", (root / "404.html").read_bytes())
                return
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            if kind.startswith("text/"):
                kind += "; charset=utf-8"
            hashed = "/_next/static/" in path
            cache = "public, max-age=31536000, immutable" if hashed else "no-cache"
            self.answer(200, kind, file.read_bytes(), cache)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
