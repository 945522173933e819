package main

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// Programs that embed the fake, or that use a running one, contain no database unless they import a store.
func TestNoDatabaseIsEmbedded(t *testing.T) {
	t.Parallel()
	for path, isWanted := range map[string]bool{
		module + "/fake": false, module + "/client": false, module + "/scenarios": false, module: true,
	} {
		mode := packages.NeedName | packages.NeedImports | packages.NeedDeps
		loaded, err := packages.Load(&packages.Config{Mode: mode}, path)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		packages.Visit(loaded, nil, func(one *packages.Package) {
			for _, engine := range []string{"go.etcd.io/bbolt", "github.com/redis/go-redis"} {
				if strings.HasPrefix(one.PkgPath, engine) {
					found[engine] = true
				}
			}
		})
		if isLinked := len(found) == 2; isLinked != isWanted || len(found) == 1 {
			t.Errorf("%s contains %v", path, found)
		}
	}
}
