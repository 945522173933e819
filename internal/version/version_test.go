package version

import (
	"runtime/debug"
	"testing"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	main := debug.Module{Version: "v0.0.0-20260131120000-1a2b3c"}
	vcs := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "1a2b3c"}, {Key: "vcs.time", Value: "2026-01-31T12:00:00Z"},
		{Key: "vcs.modified", Value: "false"},
	}
	changed := append([]debug.BuildSetting{}, vcs...)
	changed[2].Value = "true"
	for name, c := range map[string]struct {
		linked Info
		build  *debug.BuildInfo
		want   string
	}{
		"nothing is known": {Info{}, nil, "(devel)"},
		"a module":         {Info{}, &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		"a checkout": {Info{}, &debug.BuildInfo{Main: main, Settings: vcs},
			main.Version + " (commit 1a2b3c, 2026-01-31T12:00:00Z)"},
		"a changed checkout": {Info{}, &debug.BuildInfo{Settings: changed},
			"(devel) (commit 1a2b3c with changes, 2026-01-31T12:00:00Z)"},
		"a release": {Info{"v1.2.3", "fff", "2026-02-01T00:00:00Z"}, &debug.BuildInfo{Main: main, Settings: changed},
			"v1.2.3 (commit fff, 2026-02-01T00:00:00Z)"},
		"another program": {
			Info{},
			&debug.BuildInfo{
				Main: debug.Module{Path: "shop", Version: "v7.0.0"}, Settings: vcs,
				Deps: []*debug.Module{{Path: "other", Version: "v3.0.0"}, {Path: module, Version: "v1.2.3"}},
			},
			"v1.2.3",
		},
		"a version alone": {Info{Number: "v1.2.3"}, nil, "v1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := describe(c.linked, c.build).String(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestGetAlwaysHasANumber(t *testing.T) {
	t.Parallel()
	if got := Get(); got.Number == "" {
		t.Errorf("%+v", got)
	}
}
