package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// What bolt writes, in the byte order of the machine. A page begins with a header: its number, its kind, how many
// elements it has, and how many pages it takes beyond the first.
const (
	pageHeaderSize = 16
	elementSize    = 16
	metaSize       = 64
	metaMagic      = 0xED0CDAED
	metaVersion    = 2

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10

	bucketElement    = 0x01
	bucketHeaderSize = 16
)

var order = binary.NativeEndian

// pages checks that the pages of a bolt file fit together: bolt itself takes them as they are, and could use a damaged
// list of free pages to overwrite pages that are in use, or to allocate all memory. What the pages hold is checked by
// the tallies.
type pages struct {
	file io.ReaderAt
	size uint64 // of a page
	end  uint64 // the number of pages
	used []bool // the pages that were found, free ones too
}

// meta is what a meta page says.
type meta struct{ pageSize, root, freelist, end, transaction uint64 }

// checkPages returns an error unless the file consists of bolt's pages, and each is in use once or free.
func checkPages(file io.ReaderAt, size int64) error {
	newest, err := readMetas(file)
	if err != nil {
		return err
	}
	if newest.end < 4 || newest.end > uint64(size)/newest.pageSize {
		return errors.New("it is shorter than it was")
	}
	p := &pages{file: file, size: newest.pageSize, end: newest.end, used: make([]bool, newest.end)}
	p.used[0], p.used[1] = true, true
	if err := p.checkFree(newest.freelist); err != nil {
		return err
	}
	if err := p.checkTree(newest.root, nil, nil); err != nil {
		return err
	}
	for page, isUsed := range p.used {
		if !isUsed {
			return fmt.Errorf("its page %d is neither in use nor free", page)
		}
	}
	return nil
}

// readMetas reads both meta pages. If only one is good, bolt takes that one, which may be the older: the last change
// would be gone without notice.
func readMetas(file io.ReaderAt) (newest meta, err error) {
	first, err := readMeta(file, 0)
	if err != nil {
		return meta{}, err
	}
	second, err := readMeta(file, int64(first.pageSize))
	if err != nil {
		return meta{}, err
	}
	if second.pageSize != first.pageSize {
		return meta{}, errors.New("its two headers differ")
	}
	if second.transaction > first.transaction {
		return second, nil
	}
	return first, nil
}

func readMeta(file io.ReaderAt, at int64) (meta, error) {
	text := make([]byte, metaSize)
	if _, err := file.ReadAt(text, at+pageHeaderSize); err != nil {
		if errors.Is(err, io.EOF) {
			return meta{}, errors.New("it is shorter than the header of a state file")
		}
		return meta{}, err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(text[:56])
	size := uint64(order.Uint32(text[8:]))
	isPower := size >= 1024 && size <= 16<<20 && size&(size-1) == 0
	if order.Uint32(text) != metaMagic || order.Uint32(text[4:]) != metaVersion || !isPower ||
		order.Uint64(text[56:]) != sum.Sum64() {
		return meta{}, errors.New("its header is not that of a state file")
	}
	return meta{size, order.Uint64(text[16:]), order.Uint64(text[32:]), order.Uint64(text[40:]),
		order.Uint64(text[48:])}, nil
}

// read returns a page with those that belong to it, and notes that they are in use.
func (p *pages) read(id uint64) (text []byte, kind, count uint16, err error) {
	if id < 2 || id >= p.end {
		return nil, 0, 0, fmt.Errorf("it names a page %d, which it does not have", id)
	}
	head := make([]byte, p.size)
	if _, err := p.file.ReadAt(head, int64(id*p.size)); err != nil {
		return nil, 0, 0, err
	}
	more := uint64(order.Uint32(head[12:]))
	if order.Uint64(head) != id || more >= p.end-id {
		return nil, 0, 0, fmt.Errorf("its page %d has a wrong header", id)
	}
	for page := id; page <= id+more; page++ {
		if err := p.use(page); err != nil {
			return nil, 0, 0, err
		}
	}
	text = head
	if more > 0 {
		text = make([]byte, (more+1)*p.size)
		if _, err := p.file.ReadAt(text, int64(id*p.size)); err != nil {
			return nil, 0, 0, err
		}
	}
	return text, order.Uint16(head[8:]), order.Uint16(head[10:]), nil
}

func (p *pages) use(page uint64) error {
	if page >= p.end || p.used[page] {
		return fmt.Errorf("its page %d is used twice", page)
	}
	p.used[page] = true
	return nil
}

// checkFree reads the list of the free pages.
func (p *pages) checkFree(id uint64) error {
	text, kind, small, err := p.read(id)
	if err != nil {
		return err
	}
	if kind != freelistPage {
		return fmt.Errorf("its page %d is no list of free pages", id)
	}
	count, rest := uint64(small), text[pageHeaderSize:]
	if small == 0xFFFF { // the number of free pages is too large for the header
		count, rest = order.Uint64(rest), rest[8:]
	}
	if count > uint64(len(rest))/8 {
		return errors.New("its list of free pages is too long")
	}
	for i := range count {
		if err := p.use(order.Uint64(rest[8*i:])); err != nil {
			return err
		}
	}
	return nil
}

// checkTree checks the pages below one, whose keys are at least low and less than high, if those are not nil.
func (p *pages) checkTree(id uint64, low, high []byte) error {
	text, kind, count, err := p.read(id)
	if err != nil {
		return err
	}
	keys, err := readKeys(text, kind, count, low, high)
	if err != nil {
		return fmt.Errorf("its page %d %w", id, err)
	}
	for i, key := range keys {
		element := text[pageHeaderSize+i*elementSize:]
		if kind == branchPage {
			next := high
			if i+1 < len(keys) {
				next = keys[i+1]
			}
			if err := p.checkTree(order.Uint64(element[8:]), key, next); err != nil {
				return err
			}
		} else if order.Uint32(element)&bucketElement != 0 {
			if err := p.checkBucket(leafValue(element)); err != nil {
				return fmt.Errorf("its page %d %w", id, err)
			}
		}
	}
	return nil
}

// leafValue returns the value of an element, which readKeys has found to be inside the page.
func leafValue(element []byte) []byte {
	start := uint64(order.Uint32(element[4:])) + uint64(order.Uint32(element[8:]))
	return element[start:][:order.Uint32(element[12:])]
}

// checkBucket checks a bucket: its pages, or the one page that a small bucket has inside its value.
func (p *pages) checkBucket(value []byte) error {
	if len(value) < bucketHeaderSize {
		return errors.New("has a bucket without a header")
	}
	if page := order.Uint64(value); page != 0 {
		return p.checkTree(page, nil, nil)
	}
	inside := value[bucketHeaderSize:]
	if len(inside) < pageHeaderSize || order.Uint16(inside[8:]) != leafPage {
		return errors.New("has a bucket without a page")
	}
	count := order.Uint16(inside[10:])
	if _, err := readKeys(inside, leafPage, count, nil, nil); err != nil {
		return fmt.Errorf("has a bucket that %w", err)
	}
	for i := range int(count) {
		if order.Uint32(inside[pageHeaderSize+i*elementSize:])&bucketElement != 0 {
			return errors.New("has a bucket in a bucket without pages")
		}
	}
	return nil
}

// readKeys returns the keys of a page, which must be inside the page, and in order.
func readKeys(text []byte, kind, count uint16, low, high []byte) ([][]byte, error) {
	if kind != branchPage && kind != leafPage {
		return nil, errors.New("is of no known kind")
	}
	if kind == branchPage && count == 0 || pageHeaderSize+int(count)*elementSize > len(text) {
		return nil, errors.New("has a wrong number of elements")
	}
	keys := make([][]byte, 0, count)
	for i := range int(count) {
		element := text[pageHeaderSize+i*elementSize:]
		start, keySize, valueSize := order.Uint32(element), order.Uint32(element[4:]), uint32(0)
		if kind == leafPage {
			start, keySize, valueSize = order.Uint32(element[4:]), order.Uint32(element[8:]), order.Uint32(element[12:])
		}
		if uint64(start)+uint64(keySize)+uint64(valueSize) > uint64(len(element)) {
			return nil, errors.New("has an element beyond its end")
		}
		keys = append(keys, element[start:start+keySize])
	}
	if !areInOrder(keys, low, high) {
		return nil, errors.New("has keys in a wrong order")
	}
	return keys, nil
}

// areInOrder reports whether keys ascend, from at least low to less than high.
func areInOrder(keys [][]byte, low, high []byte) bool {
	for i, key := range keys {
		if i > 0 && bytes.Compare(keys[i-1], key) >= 0 {
			return false
		}
	}
	return len(keys) == 0 || bytes.Compare(low, keys[0]) <= 0 &&
		(high == nil || bytes.Compare(keys[len(keys)-1], high) < 0)
}
