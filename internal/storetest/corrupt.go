package storetest

import (
	"fmt"
	"os"
)

// Corrupt damages the text of a file of bolt in one of several ways, and says how. Random returns numbers below n.
func Corrupt(text []byte, random func(n int) int) (damaged []byte, how string) {
	page := os.Getpagesize()
	at := random(len(text))
	switch random(6) {
	case 0:
		text[at] ^= byte(1 + random(255))
		return text, fmt.Sprintf("byte %d", at)
	case 1:
		for i := at; i < min(at+64, len(text)); i++ {
			text[i] = byte(random(256))
		}
		return text, fmt.Sprintf("64 bytes at %d", at)
	case 2:
		return text[:at], fmt.Sprintf("cut at %d", at)
	case 3:
		at -= at % page
		clear(text[at:min(at+page, len(text))])
		return text, fmt.Sprintf("zeroed page %d", at/page)
	case 4:
		at -= at % page
		from := random(len(text)/page) * page
		copy(text[at:at+page], text[from:from+page])
		return text, fmt.Sprintf("page %d copied over page %d", from/page, at/page)
	}
	at = random(8 * page) // the headers, the first free pages and the roots
	text[at] ^= 1 << random(8)
	return text, fmt.Sprintf("bit of byte %d", at)
}
