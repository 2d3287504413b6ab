package io.streamclr.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser in which a test looks at a page; without one, the test is skipped. */
final class PageBrowser {

    /** What scripts say about a page: points of a chart, how many pictures show, the text of something. */
    static final String WORDS = """
            const points = title => +(document.querySelector(`[data-chart="${title}"]`)?.dataset.points ?? 0);
            const shown = which => [...document.querySelectorAll(which)].filter(each => each.naturalWidth > 0).length;
            const text = which => document.querySelector(which)?.textContent ?? '';
            """;

    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private PageBrowser() {}

    /** @param folder for what the browser keeps */
    static ChromeDriver open(Path folder) {
        assumeTrue(
                Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
                "No Chromium is installed here (Debian's packages chromium and chromium-driver), so nobody looks at the"
                        + " live page");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.addArguments("--user-data-dir=" + folder.resolve("browser"), "--window-size=1280,2000");
        options.setCapability("goog:loggingPrefs", logs);
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
    }

    /** Waits until a script, which may use {@link #WORDS}, says true. */
    static void await(ChromeDriver browser, String what, String script) {
        new WebDriverWait(browser, Duration.ofSeconds(90))
                .withMessage("It does not happen that " + what)
                .until(open -> browser.executeScript(WORDS + script).equals(true));
    }

    /** Every address that the page has asked for anything. */
    @SuppressWarnings("unchecked")
    static List<String> everythingAsked(ChromeDriver browser) {
        return (List<String>)
                browser.executeScript("return performance.getEntriesByType('resource').map(each => each.name)");
    }

    /** What the browser has to complain of. */
    static List<String> complaints(ChromeDriver browser) {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(each -> each.getMessage())
                .toList();
    }
}
