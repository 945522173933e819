package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// The comments around what -peers writes into the documentation.
const (
	sectionBegin = "<!-- peers: written by go run . -peers -->\n"
	sectionEnd   = "<!-- end -->\n"
)

// peersSection returns the table in Markdown, with when and where it was measured.
func (b *bench) peersSection(rivals []*rival, now time.Time) string {
	var text strings.Builder
	few, all := thousands(1_000), thousands(b.peerUsers())
	fmt.Fprintf(&text, "Measured on %s on a machine with %d cores (%s), rounds: %d of %d s.\n\n",
		now.Format("2 January 2006"), runtime.NumCPU(), strings.Join(runtimes(), ", "), b.rounds, b.seconds)
	text.WriteString("| server | requests a second | CPU a request | p50, p99 | start | memory: idle ")
	fmt.Fprintf(&text, "| … after the rounds | … after %s users | … after %s users |\n", few, all)
	text.WriteString(strings.Repeat("|---", 9) + "|\n")
	for _, r := range rivals {
		text.WriteString(r.row(rivals[0].rounds, b.peerUsers()))
	}
	return text.String()
}

// row returns the line of a server in the table.
func (r *rival) row(bare []round, users int) string {
	name := strings.TrimSpace(r.name + " " + r.version)
	if r.problem != "" {
		reason, _, _ := strings.Cut(strings.ReplaceAll(r.problem, "|", "/"), "\n")
		return fmt.Sprintf("| %s | not measured: %s | | | | | | | |\n", name, reason)
	}
	compared := results{bare, r.rounds}
	afterAll := fmt.Sprintf("%.0f MiB", r.afterAll)
	if r.asked < users*99/100 {
		afterAll += fmt.Sprintf(", and there was time for %s", thousands(r.asked))
	}
	return fmt.Sprintf("| %s | %s | %.0f µs | %s, %s ms | %.0f ms | %.0f MiB | %.0f MiB | %.0f MiB | %s |\n", name,
		rounded(median(compared.ratios(1, 0, perSecond))), compared.of(1, cpuTime), rounded(compared.of(1, p50)),
		rounded(compared.of(1, p99)), 1000*median(r.started), median(r.idle), r.loaded, r.afterFew, afterAll)
}

// rounded writes a number with two digits that count, and at most three decimals.
func rounded(number float64) string {
	switch {
	case number >= 10, number == 1:
		return fmt.Sprintf("%.0f", number)
	case number >= 1:
		return fmt.Sprintf("%.1f", number)
	case number >= 0.1:
		return fmt.Sprintf("%.2f", number)
	}
	return fmt.Sprintf("%.3f", number)
}

// runtimes returns the versions of what runs the servers.
func runtimes() []string {
	found := []string{"Go " + strings.TrimPrefix(runtime.Version(), "go")}
	if output, err := exec.Command("java", "-version").CombinedOutput(); err == nil {
		if match := regexp.MustCompile(`version "([^"]+)"`).FindSubmatch(output); match != nil {
			found = append(found, "Java "+string(match[1]))
		}
	}
	if output, err := exec.Command("node", "--version").Output(); err == nil {
		found = append(found, "Node.js "+strings.TrimPrefix(strings.TrimSpace(string(output)), "v"))
	}
	return found
}

// writeSection replaces what a page has between the comments.
func writeSection(page, section string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	replaced, err := replaceSection(string(text), section)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return os.WriteFile(page, []byte(replaced), 0o644)
}

// replaceSection returns a text with another section between the comments.
func replaceSection(text, section string) (string, error) {
	before, rest, begins := strings.Cut(text, sectionBegin)
	_, after, ends := strings.Cut(rest, sectionEnd)
	if !begins || !ends {
		return "", fmt.Errorf("the lines %q and %q are missing", strings.TrimSpace(sectionBegin),
			strings.TrimSpace(sectionEnd))
	}
	return before + sectionBegin + section + sectionEnd + after, nil
}
