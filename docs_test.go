package main

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// The README has at most 200 lines, and a page of docs 250.
func TestPagesAreShort(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		maxLines := 250
		if page == "README.md" {
			maxLines = 200
		}
		if n := strings.Count(pageText(t, page), "\n"); n > maxLines {
			t.Errorf("%s has %d lines, more than %d", page, n, maxLines)
		}
	}
}

// The index links to every page of docs.
func TestIndexListsEveryPage(t *testing.T) {
	t.Parallel()
	index := pageText(t, "docs/README.md")
	for _, page := range pages(t) {
		if name := filepath.Base(page); name != "README.md" && !strings.Contains(index, "]("+name+")") {
			t.Errorf("docs/README.md has no link to %s", name)
		}
	}
}

// Errors say that this page lists all operations.
func TestPageListsEveryOperation(t *testing.T) {
	t.Parallel()
	page := pageText(t, "docs/pipes-api.md")
	for _, name := range scenarios.Operations() {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("docs/pipes-api.md does not list %s", name)
		}
	}
}

// Links within the repository lead to files that exist, and to headings that the page has.
func TestLinks(t *testing.T) {
	t.Parallel()
	links := 0
	for _, page := range append(pages(t), "CONTRIBUTING.md") {
		for _, link := range linksIn(pageText(t, page)) {
			links++
			if problem := checkLink(t, page, link); problem != "" {
				t.Errorf("%s: %s: %s", page, link, problem)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links: the pattern finds too few", links)
	}
}

// The checker of links finds what it is for.
func TestBrokenLinksAreFound(t *testing.T) {
	t.Parallel()
	text := "[a](docs/README.md) `[no](link)` ![b](c.png)\n```sh\n[no](link)\n```\n[d](#try-it \"title\")\n"
	if got := strings.Join(linksIn(text), " "); got != "docs/README.md c.png #try-it" {
		t.Errorf("links: %s", got)
	}
	for link, want := range map[string]string{
		"docs/README.md": "", "https://workos.com/docs": "", "#try-it": "", "examples": "",
		"docs/errors.md#statuses-and-codes": "",
		"docs/nowhere.md":                   "no such file",
		"#nothing":                          "README.md has no such heading",
		"docs/errors.md#nothing":            "docs/errors.md has no such heading",
		"/docs/README.md":                   "not relative",
	} {
		if got := checkLink(t, "README.md", link); got != want {
			t.Errorf("%s: %q, want %q", link, got, want)
		}
	}
	for heading, want := range map[string]string{
		"Try it": "try-it", "`GET /` and the page's *parts*": "get--and-the-pages-parts", "I get a 501": "i-get-a-501",
	} {
		if got := anchor(heading); got != want {
			t.Errorf("%s: #%s, want #%s", heading, got, want)
		}
	}
}

// pageText returns a page, or fails the test.
func pageText(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// prose returns the text of a page without its code.
func prose(text string) string {
	return regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]*`").ReplaceAllString(text, "")
}

// linksIn returns the targets of the links and pictures of a page.
func linksIn(text string) (targets []string) {
	for _, match := range regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`).FindAllStringSubmatch(prose(text), -1) {
		targets = append(targets, match[1])
	}
	return targets
}

// checkLink says what is wrong with a link of a page, or returns "". It does not look at links to other hosts.
func checkLink(t *testing.T, page, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme != "":
		return ""
	case strings.HasPrefix(u.Path, "/"):
		return "not relative"
	}
	target := page
	if u.Path != "" {
		target = filepath.Join(filepath.Dir(page), u.Path)
	}
	if _, err := os.Stat(target); err != nil {
		return "no such file"
	}
	if u.Fragment != "" && !hasHeading(pageText(t, target), u.Fragment) {
		return target + " has no such heading"
	}
	return ""
}

func hasHeading(text, wanted string) bool {
	withoutBlocks := regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	for _, match := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(withoutBlocks, -1) {
		if anchor(match[1]) == wanted {
			return true
		}
	}
	return false
}

// anchor returns the name by which a link finds a heading, as GitHub makes it.
func anchor(heading string) string {
	kept := regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(kept, " ", "-")
}
