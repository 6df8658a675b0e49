"""Looks at pages with tools of others: a browser, axe-core, html5lib and tidy.

    check_page.py JOBS.json

JOBS.json is a list of {"page": path, "checks": [names], "texts": [[selector, text], ...]}, and with
"isFirstEnough" a check ends with the first thing that is wrong. Prints a line for each,
`<check> <number of the job>: <what>`; exits with 1 when there is one.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

import axe_core_python
import html5lib
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.chrome.service import Service

AXE = pathlib.Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 768, 1280)


def start():
    options = webdriver.ChromeOptions()
    options.binary_location = next(
        path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if os.path.exists(path))
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    # What a name must not bring about.
    driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument",
        {"source": "window.ran = []; window.alert = (text) => { window.ran.push(text); };"})
    return driver


def size(driver, width, height=900):
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


def media(driver, scheme="light", kind="screen"):
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"media": kind, "features": [{"name": "prefers-color-scheme", "value": scheme},
                                     {"name": "prefers-reduced-motion", "value": "reduce"}]})


def load(driver, job):
    media(driver)
    size(driver, 1280)
    for log in ("performance", "browser"):
        driver.get_log(log)
    driver.get(pathlib.Path(job["page"]).as_uri())


def wait(condition, seconds=3):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.03)
    return False


def validity(driver, job):
    page = pathlib.Path(job["page"]).read_bytes()
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page, transport_encoding="utf-8")
    for position, error, _ in parser.errors[:5]:
        yield f"html5lib: {error} at {position}"
    tidy = subprocess.run(
        ["tidy", "-quiet", "-errors", "-utf8", job["page"]], capture_output=True, text=True, check=False)
    for line in tidy.stderr.splitlines()[:5]:
        yield f"tidy: {line}"
    load(driver, job)
    for twin in driver.execute_script(
            "const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
            "return ids.filter((id, place) => ids.indexOf(id) !== place);"):
        yield f"two elements have the id {twin}"
    for lost in driver.execute_script(
            "return [...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.hash.slice(1))"
            ".filter((id) => !document.getElementById(id));"):
        yield f"a link leads to {lost}, which is not there"


def axe(driver, place, part=":root"):
    result = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document.querySelector(arguments[0]), {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],"
        " resultTypes: ['violations']})"
        ".then((result) => done(result.violations), (error) => done([{id: String(error), nodes: []}]));", part)
    for violation in result:
        node = violation["nodes"][0] if violation["nodes"] else {}
        yield f"axe {place}: {violation['id']} {node.get('target')} {node.get('failureSummary', '')[:300]!r}"


def accessibility(driver, job):
    for scheme in ("light", "dark"):
        load(driver, job)
        media(driver, scheme)
        driver.execute_script(AXE)
        # What is folded is not looked at.
        driver.execute_script("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });")
        yield from axe(driver, scheme)
        if driver.execute_script(
                "const cell = document.querySelector('#matrix .leak button'); if (cell) cell.click();"
                "return Boolean(cell);"):
            # The page beneath it has just been looked at, which takes seconds.
            yield from axe(driver, scheme + ", panel", "dialog")


def layout(driver, job):
    load(driver, job)
    driver.execute_script("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });")
    for width in WIDTHS:
        size(driver, width)
        wide = driver.execute_script(
            "const over = document.documentElement.scrollWidth - innerWidth;"
            "if (over <= 0) return null;"
            "return [over, [...document.querySelectorAll('body *')].filter((e) => !e.closest('.scroll')"
            " && e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3)"
            ".map((e) => e.tagName + '.' + e.className)];")
        if wide:
            yield f"at {width} pixels the page is {wide[0]} too wide: {wide[1]}"


def network(driver, job):
    load(driver, job)
    time.sleep(0.3)
    own = pathlib.Path(job["page"]).as_uri()
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            address = message["params"]["request"]["url"]
            if address != own:
                yield f"the page asks for {address}"
    for entry in driver.get_log("browser"):
        yield f"the browser says {entry['message'][:300]}"
    policy = driver.execute_script(
        "const meta = document.querySelector('meta[http-equiv=Content-Security-Policy]');"
        "return meta ? meta.content : '';")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"the policy of the page lets too much: {policy!r}"


def names(driver, job):
    load(driver, job)
    for text in driver.execute_script("return window.ran;"):
        yield f"a text ran as a script: {text}"
    scripts = driver.execute_script(
        "return [...document.scripts].map((script) => script.id || script.textContent.slice(0, 40));")
    if len(scripts) > 2:
        yield f"{len(scripts)} scripts are there: {scripts}"
    for element in driver.execute_script(
            "return [...document.querySelectorAll('img, iframe, object, base, [onclick], [onerror], [onload]')]"
            ".map((e) => e.outerHTML.slice(0, 80));"):
        yield f"this is not the page's own: {element}"
    for selector, text in job.get("texts", []):
        found = driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent);", selector)
        if text not in found:
            yield f"{selector} says {found[:3]}, not {text!r}"


def focused(driver, selector):
    return driver.execute_script("return document.activeElement.matches(arguments[0]);", selector)


def shown(driver, selector):
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()).length;", selector)


def press(driver, *keys):
    ActionChains(driver).send_keys(*keys).perform()


def clicks(driver, job):
    load(driver, job)
    cell = driver.find_element(By.CSS_SELECTOR, "#matrix tbody .leak button")
    cell.click()
    if not wait(lambda: shown(driver, "dialog[open]") == 1):
        yield "a click on a cell opens nothing"
        return
    if not focused(driver, "#panel-title"):
        yield "the panel does not take the focus"
    if cell.get_attribute("aria-expanded") != "true":
        yield "the cell does not say that its panel is open"
    for what in (".tried .bad", ".finding .evidence", ".finding pre"):
        if shown(driver, "dialog " + what) == 0:
            yield f"the panel shows no {what}"
    script = driver.find_element(By.CSS_SELECTOR, "dialog [data-copy=script]")
    wanted = script.find_element(By.TAG_NAME, "pre").get_attribute("textContent")
    script.find_element(By.CLASS_NAME, "copy").click()
    read = ("const done = arguments[arguments.length - 1];"
            "navigator.clipboard.readText().then(done, (error) => done('cannot be read: ' + error));")
    if not wait(lambda: driver.execute_async_script(read) == wanted):
        yield f"the clipboard holds {driver.execute_async_script(read)[:80]!r}, not the script"
    if not wait(lambda: "clipboard" in driver.execute_script(
            "return document.querySelector('dialog [role=status]').textContent;")):
        yield "nobody is told that the script was copied"
    press(driver, Keys.ESCAPE)
    if not wait(lambda: shown(driver, "dialog[open]") == 0):
        yield "Escape does not close the panel"
    if driver.switch_to.active_element != cell or cell.get_attribute("aria-expanded") != "false":
        yield "the focus does not go back to the cell"
    cell.click()
    driver.find_element(By.CSS_SELECTOR, "dialog .close").click()
    if not wait(lambda: shown(driver, "dialog[open]") == 0):
        yield "the button does not close the panel"


def fallback(driver, job):
    """Copying where a browser lets no page at the clipboard: the text is selected."""
    load(driver, job)
    driver.execute_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;")
    block = driver.find_element(By.CSS_SELECTOR, "main [data-copy=fix]")
    block.find_element(By.CLASS_NAME, "copy").click()
    wanted = block.find_element(By.TAG_NAME, "pre").get_attribute("textContent")
    if not wait(lambda: driver.execute_script("return getSelection().toString();").split() == wanted.split()):
        yield "without a clipboard the text is not selected"


def filters(driver, job):
    load(driver, job)
    everything = shown(driver, "#findings article")
    box = driver.find_element(By.CSS_SELECTOR, "#finding-filter input")
    box.send_keys("occupancy")
    if not 0 < shown(driver, "#findings article") < everything:
        yield f"a text filters no findings: {shown(driver, '#findings article')} of {everything}"
    box.send_keys(" there is no such thing")
    if shown(driver, "#findings article") or shown(driver, "#findings .nothing-left") != 1:
        yield "findings are shown that are not like the text"
    driver.execute_script(
        "arguments[0].value = ''; arguments[0].dispatchEvent(new Event('input'));", box)
    driver.find_element(By.CSS_SELECTOR, "#finding-filter [data-severity=error]").click()
    if shown(driver, "#findings article[data-severity=error]") or not shown(driver, "#findings article"):
        yield "the button of a severity filters nothing"
    tables = shown(driver, "#matrix tbody tr")
    driver.find_element(By.CSS_SELECTOR, "[data-only]").click()
    if not 0 < shown(driver, "#matrix tbody tr") < tables:
        yield "the tables that need a look are not filtered"
    if shown(driver, "#matrix button[tabindex='0']") != 1:
        yield "no cell of the filtered matrix can be reached by Tab"


def keyboard(driver, job):
    load(driver, job)
    press(driver, Keys.TAB)
    if not focused(driver, ".skip"):
        yield "the first stop is not the link to the report"
    press(driver, Keys.ENTER)
    if not wait(lambda: focused(driver, "main")):
        yield "the link does not lead to the report"
    reached = False
    for _ in range(150):
        press(driver, Keys.TAB)
        if focused(driver, "#matrix button"):
            reached = True
            break
        ring = driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle;")
        if ring == "none":
            yield "focus is not seen on " + driver.execute_script(
                "return document.activeElement.outerHTML.slice(0, 80);")
            return
    if not reached:
        yield "Tab does not reach the matrix"
        return
    place = "const cell = document.activeElement.closest('td'); return [cell.parentElement.rowIndex, cell.cellIndex];"
    before = driver.execute_script(place)
    press(driver, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    after = driver.execute_script(place)
    if [after[0] - before[0], after[1] - before[1]] != [1, 1]:
        yield f"arrow keys lead from {before} to {after}"
    press(driver, Keys.ENTER)
    if not wait(lambda: shown(driver, "dialog[open]") == 1):
        yield "Enter does not open a cell"
    for _ in range(12):
        press(driver, Keys.TAB)
        if not driver.execute_script(
                "const e = document.activeElement; return e === document.body || Boolean(e.closest('dialog'));"):
            yield "the focus leaves the open panel"
            break
    press(driver, Keys.ESCAPE)
    if not wait(lambda: shown(driver, "dialog[open]") == 0) or driver.execute_script(place) != after:
        yield "Escape does not lead back to the cell"
    press(driver, Keys.TAB)
    if focused(driver, "#matrix button"):
        yield "each cell of the matrix is a stop of Tab"


def theme(driver, job):
    load(driver, job)
    ground = lambda: driver.execute_script("return getComputedStyle(document.body).backgroundColor;")
    seen = {ground()}
    button = driver.find_element(By.CLASS_NAME, "theme")
    for _ in range(2):
        button.click()
        seen.add(ground())
    if len(seen) != 2:
        yield f"the button does not change the scheme: {seen}"
    button.click()


def paper(driver, job):
    load(driver, job)
    media(driver, kind="print")
    closed = driver.execute_script(
        "return [...document.querySelectorAll('details')].filter((fold) =>"
        " !fold.lastElementChild.checkVisibility()).length;")
    if closed:
        yield f"{closed} folds stay closed on paper"
    buttons = driver.execute_script(
        "return [...document.querySelectorAll('button:not(.cell button), input, dialog')]"
        ".filter((e) => e.getBoundingClientRect().height > 0).length;")
    if buttons:
        yield f"{buttons} buttons are on paper"


def scriptless(driver, job):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        load(driver, job)
        for selector in ("#matrix td.leak", "article.finding", "summary", "svg.tenancy", ".timeline li"):
            if not any(element.is_displayed() for element in driver.find_elements(By.CSS_SELECTOR, selector)):
                yield f"without the script there is no {selector}"
        dead = [element for element in driver.find_elements(By.CSS_SELECTOR, "button, input")
                if element.is_displayed()]
        if dead:
            yield f"without the script {len(dead)} buttons do nothing"
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


CHECKS = {check.__name__: check for check in (
    validity, accessibility, layout, network, names, clicks, fallback, filters, keyboard, theme, paper,
    scriptless)}


def main():
    jobs = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    driver = start()
    is_good = True
    try:
        for number, job in enumerate(jobs):
            for name in job["checks"]:
                for complaint in CHECKS[name](driver, job):
                    is_good = False
                    print(f"{name} {number}: {complaint}")
                    if job.get("isFirstEnough"):
                        break
    finally:
        driver.quit()
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
