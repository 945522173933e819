// Package version describes the build of the running program.
package version

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"
)

// A release sets these when it links the program, for example with
// -ldflags "-X example.com/pipesfake/internal/version.number=v1.2.3".
var number, commit, date string

// module is the path of this module.
const module = "example.com/pipesfake"

// Info describes a build. Commit and Date are empty if they are not known.
type Info struct {
	Number string // such as v1.2.3, or (devel)
	Commit string
	Date   string // of the commit, in RFC 3339
}

// Get returns what the linker set, and otherwise what the Go command recorded of this module.
func Get() Info {
	build, _ := debug.ReadBuildInfo()
	return describe(Info{number, commit, date}, build)
}

// describe completes what the linker set with the information of the build, which may be nil.
func describe(linked Info, build *debug.BuildInfo) Info {
	if build == nil {
		build = &debug.BuildInfo{}
	}
	for _, one := range build.Deps {
		if one.Path == module { // the program is another one, which embeds the fake, and the rest is about it
			return Info{Number: cmp.Or(linked.Number, one.Version, "(devel)"), Commit: linked.Commit, Date: linked.Date}
		}
	}
	recorded := map[string]string{}
	for _, one := range build.Settings {
		recorded[one.Key] = one.Value
	}
	if linked.Commit == "" {
		linked.Commit = recorded["vcs.revision"]
		if linked.Commit != "" && recorded["vcs.modified"] == "true" {
			linked.Commit += " with changes"
		}
	}
	return Info{
		Number: cmp.Or(linked.Number, build.Main.Version, "(devel)"),
		Commit: linked.Commit,
		Date:   cmp.Or(linked.Date, recorded["vcs.time"]),
	}
}

// String returns the version with what else is known: v1.2.3 (commit 1a2b3c, 2026-01-31T12:00:00Z).
func (i Info) String() string {
	var known []string
	if i.Commit != "" {
		known = append(known, "commit "+i.Commit)
	}
	if i.Date != "" {
		known = append(known, i.Date)
	}
	if len(known) == 0 {
		return i.Number
	}
	return fmt.Sprintf("%s (%s)", i.Number, strings.Join(known, ", "))
}
