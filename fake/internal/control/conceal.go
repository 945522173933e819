package control

// hider replaces what an environment knows as a secret: tokens turn up in the place of ids. Ids that are none stay.
type hider func(text string) string

// inPlace replaces a text, which may be null.
func (hide hider) inPlace(text *string) {
	if text != nil {
		*text = hide(*text)
	}
}

func (hide hider) each(texts []string) []string {
	for i, text := range texts {
		if shown := hide(text); shown != text { // what is shared stays as it is
			texts = append(append(append([]string{}, texts[:i]...), shown), texts[i+1:]...)
		}
	}
	return texts
}
