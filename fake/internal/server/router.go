package server

import (
	"net/http"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/call"

	"github.com/gorilla/mux"
)

// table finds the route of a request. It uses gorilla/mux for matching alone: mux's way of handing on variables copies
// the request twice, and its middleware runs only on a match.
type table struct {
	router *mux.Router
	routes map[*mux.Route]*call.Route
	recent *recentMatches
}

// recentMatches stores matches by method and path, because mux matches by regular expressions and the same few paths
// are requested again and again.
type recentMatches struct {
	mu      sync.RWMutex
	matches map[methodAndPath]match
}

type methodAndPath struct{ method, path string }

type match struct {
	route *call.Route
	vars  map[string]string // must not be changed
}

// The limits of recentMatches. Further paths, and longer ones, are matched by mux each time.
const (
	maxRecentMatches = 1000
	maxRecentPath    = 200
)

func (m *recentMatches) get(at methodAndPath) (match, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found, ok := m.matches[at]
	return found, ok
}

func (m *recentMatches) put(at methodAndPath, found match) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.matches) < maxRecentMatches {
		m.matches[at] = found
	}
}

// newTable returns the table of routes. It matches the encoded path, so that a slug can contain an escaped slash.
func newTable(routes []call.Route) table {
	t := table{
		router: mux.NewRouter().UseEncodedPath(), routes: map[*mux.Route]*call.Route{},
		recent: &recentMatches{matches: map[methodAndPath]match{}},
	}
	for i, r := range routes {
		methods := []string{r.Method}
		if r.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		made := t.router.Path(r.Path)
		if r.Method != call.AnyMethod {
			made = made.Methods(methods...)
		}
		t.routes[made] = &routes[i]
	}
	return t
}

// noRouteError says that no route takes a request.
type noRouteError struct {
	allowed string // the methods that the path takes; empty if there is no such path
}

func (e *noRouteError) Error() string { return "no route" }

// find returns the route of a request and the variables of its path. Its error is a *noRouteError.
func (t table) find(r *http.Request) (route *call.Route, vars map[string]string, err error) {
	at := methodAndPath{r.Method, r.URL.Path}
	if found, ok := t.recent.get(at); ok && r.URL.RawPath == "" {
		return found.route, found.vars, nil
	}
	var matched mux.RouteMatch
	t.router.Match(r, &matched)
	switch {
	case matched.MatchErr == mux.ErrMethodMismatch:
		return nil, nil, &noRouteError{t.allowed(r)}
	case matched.MatchErr != nil || matched.Route == nil:
		return nil, nil, &noRouteError{}
	}
	route = t.routes[matched.Route]
	if isEscaped := r.URL.EscapedPath() != r.URL.Path; len(r.URL.Path) < maxRecentPath && !isEscaped {
		t.recent.put(at, match{route, matched.Vars})
	}
	return route, matched.Vars, nil
}

// allowed lists the methods that a path takes.
func (t table) allowed(r *http.Request) string {
	var methods []string
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		attempt := *r
		attempt.Method = method
		var match mux.RouteMatch
		if t.router.Match(&attempt, &match) && match.MatchErr == nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}
