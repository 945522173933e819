package oldstate

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
)

// oldFile returns a state file of format 2 with some lines.
func oldFile(lines ...string) []byte {
	sums := sha256.New()
	var body bytes.Buffer
	for _, line := range lines {
		sum := sha256.Sum256([]byte(line + "\n"))
		sums.Write(sum[:])
		body.WriteString(line + "\n")
	}
	return append(fmt.Appendf(nil, `{"pipesfake_state":2,"sha256":"%x"}`+"\n", sums.Sum(nil)), body.Bytes()...)
}

func TestRead(t *testing.T) {
	t.Parallel()
	text := oldFile(
		`{"Past":[{"Provider":"github","Kind":0,"Name":"active","Count":2}]}`,
		`{"Environment":"default","Covered":[],"Saved":{"Words":3},"Tried":"dmVyc2lvbjogMQ==","TriedOver":"abc"}`,
		`{"Environment":"default","Snapshot":{"Name":"kept","Saved":{"Words":1}}}`,
		`{"Environment":"other","Saved":{"Words":4}}`,
	)
	if !IsOld(text) {
		t.Error("it is not taken for an old one")
	}
	read, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	without, err := Read(oldFile(`{}`, `{"Environment":"default","Saved":{"Words":3}}`))
	if err != nil || len(without) != 1 {
		t.Errorf("without past coverage it is %v (%v)", without, err)
	}
	for place, want := range map[string]string{
		"~server coverage":      `[{"Provider":"github","Kind":0,"Name":"active","Count":2}]`,
		"default coverage":      `[]`,
		"default head":          `{"Words":3}`,
		"default tried":         `{"Text":"dmVyc2lvbjogMQ==","Over":"abc"}`,
		"default snapshot/kept": `{"Name":"kept","Saved":{"Words":1}}`,
		"other head":            `{"Words":4}`,
	} {
		environment, part, _ := strings.Cut(place, " ")
		if got := string(read[environment][part]); got != want {
			t.Errorf("%s is %s, not %s", place, got, want)
		}
	}
	if len(read) != 3 || len(read["default"]) != 4 {
		t.Errorf("there is more: %v", read)
	}
}

func TestReadRefusesWhatIsDamaged(t *testing.T) {
	t.Parallel()
	good := oldFile(`{"Environment":"default","Saved":{"Words":3}}`)
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"nothing":          {nil, "its first line is not that of a state file of format 2"},
		"another format":   {bytes.Replace(good, []byte(":2"), []byte(":1"), 1), "its first line is not that"},
		"a changed digit":  {bytes.Replace(good, []byte(":3"), []byte(":4"), 1), "its content is not what was written"},
		"half of it":       {good[:len(good)-10], "a line of it is damaged"},
		"a line less":      {good[:bytes.IndexByte(good, '\n')+1], "its content is not what was written"},
		"a wrong snapshot": {oldFile(`{"Environment":"a","Snapshot":7}`), "cannot unmarshal"},
	} {
		if _, err := Read(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}
