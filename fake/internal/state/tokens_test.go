package state

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// tokenBook is what a state should know of tokens, without anything that makes it small or quick.
type tokenBook struct {
	issued  map[*Connection][]string
	holders map[string][]*Connection
}

func newTokenBook() tokenBook {
	return tokenBook{issued: map[*Connection][]string{}, holders: map[string][]*Connection{}}
}

// issue is what Issue should do.
func (b tokenBook) issue(r *Connection, token string) (isNew bool, forgotten string) {
	if slices.Contains(b.issued[r], token) {
		return false, ""
	}
	if len(b.issued[r]) == MaxIssuedTokens {
		forgotten = b.issued[r][0]
		b.issued[r] = b.issued[r][1:]
		b.revoke(r, forgotten)
	}
	b.issued[r] = append(b.issued[r], token)
	b.holders[token] = append(b.holders[token], r)
	return true, forgotten
}

func (b tokenBook) revoke(r *Connection, token string) {
	others := slices.Clone(b.holders[token])
	others = slices.DeleteFunc(others, func(other *Connection) bool { return other == r })
	if b.holders[token] = others; len(others) == 0 {
		delete(b.holders, token)
	}
}

// forget is what happens to the tokens of a connection that is no longer remembered.
func (b tokenBook) forget(r *Connection) {
	for _, token := range b.issued[r] {
		b.revoke(r, token)
	}
	delete(b.issued, r)
}

// forgetIn makes a state forget a compatibility connection, as it does to make room.
func forgetIn(s *State, old *Connection) {
	s.Connections.order = slices.DeleteFunc(s.Connections.order, func(r *Connection) bool { return r == old })
	old.Forgotten = true
	s.Connections.drop(old)
	s.forget(old)
}

// wrongTokens returns what a state knows otherwise than the book, or "".
func (b tokenBook) wrongTokens(s *State) string {
	known := slices.Sorted(s.Tokens())
	if want := slices.Sorted(maps.Keys(b.holders)); !slices.Equal(known, want) {
		return fmt.Sprintf("the tokens are %q, want %q", known, want)
	}
	for token, want := range b.holders {
		if holders := s.holdersOf(token); !slices.Equal(holders, want) || !s.HasToken(token) {
			return fmt.Sprintf("the holders of %s are %v, want %v", token, namesOf(holders), namesOf(want))
		}
	}
	if s.HasToken("never") {
		return "a token is known that was never issued"
	}
	return ""
}

// wrongSaved returns what is saved otherwise than the book says, or "".
func (b tokenBook) wrongSaved(s *State) string {
	connections := s.Connections.all()
	saved := s.Copy(clock.Saved{}, start(), 0)
	rebuilt := newTokenBook()
	for i, r := range saved.Records {
		issued := r.history().Issued
		if want := b.issued[connections[i]]; !slices.Equal(issued, want) {
			return fmt.Sprintf("the tokens of %s are saved as %q, want %q", namesOf([]*Connection{r}), issued, want)
		}
		for _, token := range issued {
			rebuilt.issue(r, token)
		}
	}
	if err := saved.Rebuild("test", s.Set); err != nil {
		return err.Error()
	}
	if wrong := rebuilt.wrongTokens(&saved.State); wrong != "" {
		return "after it was saved, " + wrong
	}
	again := saved.Copy(clock.Saved{}, start(), 0)
	for i, r := range again.Records {
		issued := r.history().Issued
		if want := b.issued[connections[i]]; !slices.Equal(issued, want) {
			return fmt.Sprintf("the tokens of %s are saved a second time as %q, want %q", namesOf([]*Connection{r}),
				issued, want)
		}
	}
	return ""
}

func namesOf(connections []*Connection) (names []string) {
	for _, r := range connections {
		names = append(names, fmt.Sprint(r.User, " ", r.Index))
	}
	return names
}

// tokenPlay is a state and the book of the same steps.
type tokenPlay struct {
	state  *State
	book   tokenBook
	others int32 // how many standard connections there were
	wrong  string
}

func (p *tokenPlay) issue(r *Connection, token string, isMinted bool) {
	isNew, forgotten := p.state.Issue(r, token, isMinted)
	wantNew, wantForgotten := p.book.issue(r, token)
	if isNew != wantNew || forgotten != wantForgotten {
		p.wrong = fmt.Sprintf("Issue(%s) = %v, %q, want %v, %q", token, isNew, forgotten, wantNew, wantForgotten)
	}
}

// other returns the standard connection of a user, which is made if there is none.
func (p *tokenPlay) other(user string) *Connection {
	key := githubOf(user, "")
	if others := p.state.Connections.Others(key); len(others) > 0 {
		return others[0]
	}
	p.state.seen(key)
	p.others++
	made := p.state.Unseen(key)
	made.Index = p.others
	p.state.AddOther(made)
	return made
}

// step does what its name says to the connection of a user.
func (p *tokenPlay) step(name, user string) {
	switch name {
	case "looked up":
		p.wrong = p.book.wrongTokens(p.state)
		return
	case "saved":
		p.wrong = p.book.wrongSaved(p.state)
		return
	}
	switch r := p.state.seen(githubOf(user, "")); name {
	case "minted":
		p.issue(r, r.MintedToken(p.state.Mint), true)
	case "named as it is minted":
		p.issue(r, r.MintedToken(p.state.Mint), false)
	case "minted before":
		p.issue(r, r.mintedToken(p.state.Mint, max(0, r.TokenGeneration-1)), false)
	case "renewed":
		r.RenewToken()
		p.state.Touch(r)
	case "shared":
		p.issue(r, "gho_shared", false)
	case "own":
		p.issue(r, "gho_of_"+user, false)
	case "many":
		for range MaxIssuedTokens {
			r.RenewToken()
			p.issue(r, r.MintedToken(p.state.Mint), true)
		}
	case "other minted":
		other := p.other(user)
		p.issue(other, other.MintedToken(p.state.Mint), true)
	case "other shared":
		p.issue(p.other(user), "gho_shared", false)
	case "other removed": // its tokens still lead to it
		p.state.RemoveOther(p.other(user))
	case "forgotten":
		if len(p.state.Connections.Others(r.Key)) == 0 { // such a one is remembered
			p.book.forget(r)
			forgetIn(p.state, r)
		}
	default:
		p.wrong = "there is no step " + name
	}
}

// playTokens does steps, each a name and a user, and returns what went wrong, or "".
func playTokens(s *State, steps [][2]string) string {
	p := tokenPlay{state: s, book: newTokenBook()}
	for i, step := range append(steps, [2]string{"saved"}, [2]string{"looked up"}, [2]string{"saved"}) {
		if p.step(step[0], step[1]); p.wrong != "" {
			return fmt.Sprintf("step %d, %q: %s", i+1, step, p.wrong)
		}
	}
	return ""
}

func TestIssuedTokens(t *testing.T) {
	t.Parallel()
	type steps [][2]string
	for _, test := range []struct {
		name  string
		steps steps
	}{
		{"none", nil},
		{"a minted one", steps{{"minted", "ann"}}},
		{"a minted one twice", steps{{"minted", "ann"}, {"minted", "ann"}}},
		{"a minted one that is looked up", steps{{"minted", "ann"}, {"looked up"}, {"minted", "ann"}}},
		{"a renewal that nobody asks for", steps{{"minted", "ann"}, {"renewed", "ann"}}},
		{"a renewed one", steps{{"minted", "ann"}, {"renewed", "ann"}, {"minted", "ann"}}},
		{"a renewed one first", steps{{"renewed", "ann"}, {"minted", "ann"}, {"minted", "ann"}}},
		{
			"the one before a renewal",
			steps{{"minted", "ann"}, {"renewed", "ann"}, {"minted before", "ann"}, {"minted", "ann"}},
		},
		{"a minted one that a scenario names", steps{{"minted", "ann"}, {"named as it is minted", "ann"}}},
		{"a named one that is minted", steps{{"named as it is minted", "ann"}, {"minted", "ann"}}},
		{"a foreign one after a minted one", steps{{"minted", "ann"}, {"own", "ann"}, {"minted", "ann"}}},
		{"a minted one after a foreign one", steps{{"own", "ann"}, {"minted", "ann"}, {"own", "ann"}}},
		{"as many as are remembered", steps{{"many", "ann"}}},
		{"one more", steps{{"minted", "ann"}, {"many", "ann"}}},
		{"many more", steps{{"own", "ann"}, {"many", "ann"}, {"many", "ann"}, {"minted before", "ann"}}},
		{"two share one", steps{{"shared", "ann"}, {"shared", "bob"}}},
		{"two share one in the other order", steps{{"shared", "bob"}, {"shared", "ann"}}},
		{
			"two share one after minted ones",
			steps{{"minted", "bob"}, {"minted", "ann"}, {"shared", "ann"}, {"shared", "bob"}},
		},
		{"one of two is forgotten", steps{{"shared", "ann"}, {"shared", "bob"}, {"forgotten", "ann"}}},
		{"one shares with its other", steps{{"other shared", "ann"}, {"shared", "ann"}}},
		{"forgotten before it is looked up", steps{{"minted", "ann"}, {"minted", "bob"}, {"forgotten", "ann"}}},
		{"forgotten after it is looked up", steps{{"minted", "ann"}, {"looked up"}, {"forgotten", "ann"}}},
		{"forgotten, and seen again", steps{{"minted", "ann"}, {"forgotten", "ann"}, {"minted", "ann"}}},
		{
			"forgotten after another lookup",
			steps{{"looked up"}, {"minted", "ann"}, {"forgotten", "ann"}, {"minted", "ann"}},
		},
		{"removed after it is looked up", steps{{"other minted", "ann"}, {"looked up"}, {"other removed", "ann"}}},
		{"removed before it is looked up", steps{{"other minted", "ann"}, {"other removed", "ann"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if wrong := playTokens(begin(t, ""), test.steps); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

func TestIssuedTokensInRandomOrder(t *testing.T) {
	t.Parallel()
	names := []string{
		"minted", "named as it is minted", "minted before", "renewed", "shared", "own", "many", "other minted",
		"other shared", "other removed", "forgotten", "looked up", "saved",
	}
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) [2]string {
			user := rapid.SampledFrom([]string{"ann", "bob", "cleo"})
			return [2]string{rapid.SampledFrom(names).Draw(rt, "step"), user.Draw(rt, "user")}
		}), 0, 60).Draw(rt, "steps")
		if wrong := playTokens(begin(t, ""), steps); wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

// What is saved of tokens bit by bit is what is saved of them as a whole.
func TestUnsavedTokens(t *testing.T) {
	t.Parallel()
	for _, lookedUp := range []bool{false, true} {
		p := tokenPlay{state: begin(t, ""), book: newTokenBook()}
		p.state.NoteUnsaved(true)
		kept := saveInto(t, nil, p.state.TakeUnsaved(clock.Saved{}, start(), 0))
		for _, name := range []string{
			"minted", "minted", "renewed", "minted", "own", "many", "many", "other minted", "other removed",
			"other shared", "shared", "minted before",
		} {
			if p.step(name, "ann"); lookedUp {
				p.step("looked up", "ann")
			}
			kept = saveInto(t, kept, p.state.TakeUnsaved(clock.Saved{}, start(), 0))
			whole, err := (&Unsaved{Saved: p.state.Copy(clock.Saved{}, start(), 0), IsWhole: true}).Parts()
			if err != nil {
				t.Fatal(err)
			}
			if !maps.EqualFunc(kept, whole, slices.Equal) {
				t.Errorf("after %s, %s is saved, not %s", name, kept, whole)
			}
		}
	}
}

// Of several connections that a token was handed out for, the holder is the last one for which it is good.
func TestHolder(t *testing.T) {
	t.Parallel()
	const file = `
scenarios:
  shared: {access_token: gho_shared}
  gone: {state: not_installed}
`
	type steps [][2]string
	for _, test := range []struct {
		name     string
		switches [][2]string // users and scenarios
		asked    []string    // users, in the order in which they ask for their tokens
		changes  [][2]string // users and scenarios afterwards
		user     string
		good     bool
	}{
		{"nobody", nil, nil, nil, "", false},
		{"one", steps{{"ann", "shared"}}, []string{"ann"}, nil, "ann", true},
		{"the last of two", steps{{"ann", "shared"}, {"bob", "shared"}}, []string{"ann", "bob"}, nil, "bob", true},
		{"the other order", steps{{"ann", "shared"}, {"bob", "shared"}}, []string{"bob", "ann"}, nil, "ann", true},
		{
			"asked again", steps{{"ann", "shared"}, {"bob", "shared"}}, []string{"ann", "bob", "ann"}, nil,
			"bob", true,
		},
		{
			"it is good for the first alone", steps{{"ann", "shared"}, {"bob", "shared"}}, []string{"ann", "bob"},
			steps{{"bob", "gone"}}, "ann", true,
		},
		{
			"it is good for nobody", steps{{"ann", "shared"}, {"bob", "shared"}}, []string{"ann", "bob"},
			steps{{"ann", "gone"}, {"bob", "gone"}}, "bob", false,
		},
	} {
		for _, lookedUp := range []bool{false, true} {
			t.Run(fmt.Sprint(test.name, ", looked up before: ", lookedUp), func(t *testing.T) {
				t.Parallel()
				s := begin(t, file)
				now := start().Add(time.Minute)
				if lookedUp {
					s.HasToken("gho_shared")
				}
				for _, user := range []string{"ann", "bob"} { // who have had a minted token
					r := s.seen(githubOf(user, ""))
					s.Issue(r, r.MintedToken(s.Mint), true)
				}
				for _, one := range test.switches {
					s.switchTo(t, one[1], Place{User: one[0]}, 0, 0)
				}
				for _, user := range test.asked {
					v := s.ViewAt(s.seen(githubOf(user, "")), now)
					s.Issue(s.seen(v.Key), v.Token, v.Minted)
				}
				for _, one := range test.changes {
					s.switchTo(t, one[1], Place{User: one[0]}, 0, 0)
				}
				v, good := s.Holder("github", "gho_shared", now)
				if want := (scenarios.Key{}); v.User != test.user || good != test.good ||
					test.user == "" && v.Key != want {
					t.Errorf("the holder is %v, good: %v, want %q, %v", v.Key, good, test.user, test.good)
				}
			})
		}
	}
}
