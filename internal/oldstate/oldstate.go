// Package oldstate reads the state files of version 0.8 and before: lines of JSON under a first line with a checksum.
// They are read once, to be kept in another form.
package oldstate

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// format is the version of the format that is read.
const format = 2

// header is the first line.
type header struct {
	Format int    `json:"pipesfake_state"`
	SHA256 string `json:"sha256"` // of the checksums of the other lines
}

// line is what any other line says: of an environment, of one of its snapshots, or of past coverage.
type line struct {
	Environment string
	Covered     json.RawMessage
	Saved       json.RawMessage
	Tried       []byte
	TriedOver   string
	Snapshot    json.RawMessage
	Past        json.RawMessage
}

// wholeServer is the name under which stores keep what belongs to no environment.
const wholeServer = "~server"

// IsOld reports whether a file begins as old state files do.
func IsOld(text []byte) bool {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	var head header
	return json.Unmarshal(first, &head) == nil && head.Format == format
}

// Read returns the parts of each environment in an old state file, as stores keep them. Its error says what is damaged.
func Read(text []byte) (environments map[string]map[string][]byte, err error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	var head header
	if err := json.Unmarshal(first, &head); err != nil || head.Format != format {
		return nil, fmt.Errorf("its first line is not that of a state file of format %d", format)
	}
	sums := sha256.New()
	environments = map[string]map[string][]byte{}
	for text := range bytes.Lines(rest) {
		sum := sha256.Sum256(text)
		sums.Write(sum[:])
		var one line
		if err := json.Unmarshal(text, &one); err != nil {
			return nil, fmt.Errorf("a line of it is damaged: %w", err)
		}
		if err := one.addTo(environments); err != nil {
			return nil, err
		}
	}
	if sum := fmt.Sprintf("%x", sums.Sum(nil)); sum != head.SHA256 {
		return nil, fmt.Errorf("its content is not what was written")
	}
	return environments, nil
}

// addTo adds the parts that a line has.
func (l line) addTo(environments map[string]map[string][]byte) error {
	name := l.Environment
	if l.Past != nil {
		name, l.Covered = wholeServer, l.Past
	}
	if name == "" {
		return nil // there was no past coverage
	}
	parts := environments[name]
	if parts == nil {
		parts = map[string][]byte{}
		environments[name] = parts
	}
	if l.Covered != nil {
		parts["coverage"] = l.Covered
	}
	if l.Saved != nil {
		parts["head"] = l.Saved
	}
	if l.Tried != nil {
		text, err := json.Marshal(struct {
			Text []byte
			Over string
		}{l.Tried, l.TriedOver})
		if err != nil {
			return err
		}
		parts["tried"] = text
	}
	if l.Snapshot != nil {
		var info struct{ Name string }
		if err := json.Unmarshal(l.Snapshot, &info); err != nil {
			return err
		}
		parts["snapshot/"+info.Name] = l.Snapshot
	}
	return nil
}
