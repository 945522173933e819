package scenarios

import (
	"testing"
)

func TestPathsOfAPICalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pattern, path string
		matches       bool
	}{
		"** matches no segment":                    {"/repos/**", "/repos", true},
		"** matches an empty segment":              {"/repos/**", "/repos/", true},
		"** matches several segments":              {"/repos/**", "/repos/a/b", true},
		"** begins with a segment":                 {"/repos/**", "/repository", false},
		"a path matches from its beginning":        {"/repos/**", "/x/repos", false},
		"* matches one segment":                    {"/repos/*/tag", "/repos/a/tag", true},
		"* matches an empty segment":               {"/repos/*/tag", "/repos//tag", true},
		"* does not match two segments":            {"/repos/*/tag", "/repos/a/b/tag", false},
		"* does not match a missing segment":       {"/repos/*/tag", "/repos/tag", false},
		"a slash at the end of a path is ignored":  {"/repos/*/tag", "/repos/a/tag/", true},
		"a slash at the end of an entry is, too":   {"/a.b/", "/a.b", true},
		"slashes at both ends match each other":    {"/a.b/", "/a.b/", true},
		"a dot is a dot, not a regular expression": {"/a.b/", "/aXb", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if matches := pathPattern(c.pattern).MatchString(c.path); matches != c.matches {
				t.Errorf("%s matches %s: %v", c.pattern, c.path, matches)
			}
		})
	}
}
