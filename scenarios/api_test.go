package scenarios

import (
	"testing"
)

func TestPathsOfAPICalls(t *testing.T) {
	t.Parallel()
	for pattern, c := range map[string]struct{ matches, differs []string }{
		"/repos/**": {[]string{"/repos", "/repos/", "/repos/a/b"}, []string{"/repository", "/x/repos"}},
		"/repos/*/tag": {[]string{"/repos/a/tag", "/repos//tag", "/repos/a/tag/"},
			[]string{"/repos/a/b/tag", "/repos/tag"}},
		"/a.b/": {[]string{"/a.b", "/a.b/"}, []string{"/aXb"}},
	} {
		expression := pathPattern(pattern)
		for _, path := range c.matches {
			if !expression.MatchString(path) {
				t.Errorf("%s does not match %s", pattern, path)
			}
		}
		for _, path := range c.differs {
			if expression.MatchString(path) {
				t.Errorf("%s matches %s", pattern, path)
			}
		}
	}
}
