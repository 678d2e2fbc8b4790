"""A browser for the tests of the page: chromedriver, spoken to in plain HTTP."""

import json
import subprocess
import time
import urllib.error
import urllib.request

ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--window-size=1280,900",
    # No name is found: a page that asked for something would get nothing, and be heard of.
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


class Browser:
    def __init__(self):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0", "--log-level=SEVERE"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.session = None
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                self.base = "http://127.0.0.1:" + line.rstrip().rstrip(".").split()[-1]
                break
        else:
            raise OSError("chromedriver did not start")
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": ARGUMENTS},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
        self.session = answer["sessionId"]

    def ask(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].split("\n")[0]) from error

    def call(self, path, body=None, method="POST"):
        return self.ask(method, f"/session/{self.session}{path}", body)

    def devtools(self, command, **parameters):
        return self.call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, path):
        """Opens a file, and returns the seconds until the page says that it is ready."""
        self.logs("browser"), self.logs("performance")
        started = time.monotonic()
        self.call("/url", {"url": "file://" + path})
        while not self.run("return document.documentElement.dataset.ready === 'true'"):
            if time.monotonic() - started > 30:
                break
            time.sleep(0.05)
        return time.monotonic() - started

    def run(self, script, *arguments):
        return self.call("/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, condition, seconds=5):
        """Until a script's value is true; the last value."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(condition)
            if value or time.monotonic() > end:
                return value
            time.sleep(0.03)

    def keys(self, text):
        self.call("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
            action for key in text for action in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]}]})

    def logs(self, what):
        return self.call("/se/log", {"type": what})

    def requests(self):
        """Addresses that were asked for since open()."""
        events = [json.loads(row["message"])["message"] for row in self.logs("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def size(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def dark(self, dark):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def close(self):
        try:
            if self.session:
                self.call("", method="DELETE")
        finally:
            self.driver.terminate()
            self.driver.wait(10)
