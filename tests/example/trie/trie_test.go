package trie

import "testing"

func BenchmarkTrie_Has(b *testing.B) {
	t := New()
	t.Add("measured")
	for name, word := range map[string]string{"found": "measured", "not found": "measures"} {
		b.Run(name, func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				t.Has(word)
			}
		})
	}
}
