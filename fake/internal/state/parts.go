package state

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A state is saved in parts, so that a change costs as much as it changes. Each part has a name and is JSON: the head
// is a Saved without what the other parts have.
const (
	headPart     = "head"
	catalogPart  = "catalog"
	answeredPart = "answered"
	pendingPart  = "pending"
)

// Parts returns the parts of what changed, by name.
func (u *Unsaved) Parts() (map[string][]byte, error) {
	head := *u.Saved
	head.Catalog, head.Consents = Catalog{}, Consents{}
	head.Answered, head.Pending, head.Events, head.Records, head.InForce = nil, nil, nil, nil, nil
	parts := parts{}
	parts.put(headPart, head)
	parts.put(catalogPart, u.Catalog)
	parts.put(answeredPart, u.Answered)
	parts.put(pendingPart, u.Pending)
	putAll(&parts, u.Records)
	putAll(&parts, u.InForce)
	putAll(&parts, u.Consents.order)
	putAll(&parts, u.Events)
	return parts.byName, parts.err
}

// parts encodes parts until one cannot be encoded.
type parts struct {
	byName map[string][]byte
	err    error
}

func (p *parts) put(name string, value any) {
	if p.err != nil {
		return
	}
	text, err := json.Marshal(value)
	if p.err = err; p.byName == nil {
		p.byName = map[string][]byte{}
	}
	p.byName[name] = text
}

func putAll[T part](p *parts, list []T) {
	for _, one := range list {
		p.put(one.partName(), one)
	}
}

// ReadParts returns the state that parts hold. Parts that others keep beside it are not looked at. Older versions saved
// all in one part: such a state is whole, and is to be saved anew before a part of it is. The error is that of parts
// that no environment can have saved.
func ReadParts(byName map[string][]byte) (read *Saved, isWhole bool, err error) {
	made := new(Saved)
	if err := readPart(byName, headPart, made); err != nil {
		return nil, false, err
	}
	isWhole = len(made.Records)+len(made.InForce)+len(made.Events)+len(made.Consents.order) > 0
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		var err error
		switch {
		case name == catalogPart:
			made.Catalog = Catalog{}
			err = readPart(byName, name, &made.Catalog)
		case name == answeredPart:
			err = readPart(byName, name, &made.Answered)
		case name == pendingPart:
			err = readPart(byName, name, &made.Pending)
		case strings.HasPrefix(name, connectionParts):
			made.Records, err = appendPart(made.Records, byName, name)
		case strings.HasPrefix(name, switchParts):
			made.InForce, err = appendPart(made.InForce, byName, name)
		case strings.HasPrefix(name, consentParts):
			made.Consents.order, err = appendPart(made.Consents.order, byName, name)
		case strings.HasPrefix(name, eventParts):
			made.Events, err = appendPart(made.Events, byName, name)
		}
		if err != nil {
			return nil, false, err
		}
	}
	return made, isWhole, nil
}

func appendPart[T any](list []*T, byName map[string][]byte, name string) ([]*T, error) {
	made := new(T)
	err := readPart(byName, name, made)
	return append(list, made), err
}

func readPart(byName map[string][]byte, name string, to any) error {
	text, exists := byName[name]
	if !exists {
		return damaged("the part %s is missing", name)
	}
	if string(text) == "null" && (name == headPart || strings.Contains(name, "/")) {
		return damaged("the part %s is empty", name)
	}
	if err := json.Unmarshal(text, to); err != nil {
		return damaged("the part %s: %s", name, err)
	}
	return nil
}
