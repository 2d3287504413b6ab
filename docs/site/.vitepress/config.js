import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { defineConfig } from 'vitepress'

const top = resolve(import.meta.dirname, '../../..')

const page = (text, file) => ({ text, link: '/' + file })

export default defineConfig({
  title: 'StreamCLR',
  description: 'Continuous self-supervised pretraining on image streams',
  srcDir: top,
  srcExclude: ['**/src/**', '**/target/**', 'docs/site/**'],
  rewrites: { 'README.md': 'index.md' },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    sidebar: [
      { text: 'Begin', items: [page('StreamCLR', ''), page('Changes', 'CHANGELOG')] },
      {
        text: 'Run it',
        items: [
          page('Running for weeks', 'docs/operations'),
          page('Several ranks', 'docs/ranks'),
          page('Which faults were tried', 'docs/reliability'),
          page('How fast it is', 'docs/performance'),
          page('Security', 'SECURITY'),
        ],
      },
      {
        text: 'Use encoders',
        items: [
          page('Encoders', 'docs/encoders'),
          page('Embeddings', 'docs/embeddings'),
          page('In Python', 'docs/python'),
          page('In Java', 'docs/java'),
        ],
      },
      {
        text: 'How it works',
        items: [
          page('Architecture', 'docs/architecture'),
          page('Topics', 'docs/topics'),
          page('Decoding', 'docs/decoding'),
          page('Beside SimCLR', 'docs/reference'),
          page('What encoders learned', 'docs/results'),
          page('Contributing', 'CONTRIBUTING'),
        ],
      },
    ],
  },
  markdown: {
    // As forges name headings, for the pages link to each other by those names.
    anchor: {
      slugify: (text) => text.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '').replace(/ /g, '-'),
    },
    config(md) {
      md.core.ruler.push('files', (state) => followFiles(state))
      drawDiagrams(md)
    },
  },
  vite: { plugins: [vueForPages()] },
  buildEnd: (site) => refuseLostLinks(site.outDir),
})

/** The pages lie above this folder, whose Vue is the one that they need. */
function vueForPages() {
  return {
    name: 'vue-for-pages',
    enforce: 'pre',
    resolveId(id) {
      return /^vue($|\/)/.test(id) ? this.resolve(id, import.meta.filename, { skipSelf: true }) : null
    },
  }
}

/**
 * The pages are written for who reads them in the repository: the README is the first page here, and a link to a file that
 * is no page leaves the text alone.
 */
function followFiles(state) {
  const own = state.env.relativePath === 'index.md' ? 'README.md' : state.env.relativePath
  for (const block of state.tokens.filter((token) => token.children)) {
    let dropped = 0
    block.children = block.children.filter((token) => {
      if (token.type === 'link_close' && dropped > 0) {
        dropped--
        return false
      }
      const href = token.type === 'link_open' ? token.attrGet('href') : '#'
      if (/^([a-z]+:|#)/i.test(href)) {
        return true
      }
      const [path, anchor] = href.split('#')
      const file = relative(top, resolve(top, dirname(own), path))
      if (file === 'README.md') {
        token.attrSet('href', anchor ? `/#${anchor}` : '/')
      } else if (!file.endsWith('.md') && existsSync(join(top, file))) {
        dropped++
        return false
      }
      return true
    })
  }
}

function drawDiagrams(md) {
  const fence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, ...others) =>
    tokens[index].info.trim() === 'mermaid'
      ? `<pre class="mermaid" v-pre>${md.utils.escapeHtml(tokens[index].content)}</pre>`
      : fence(tokens, index, ...others)
}

/** VitePress itself refuses links to pages that are not there; this refuses places in them, and pictures. */
function refuseLostLinks(folder) {
  const pages = new Map(
    readdirSync(folder)
      .concat(readdirSync(join(folder, 'docs')).map((name) => `docs/${name}`))
      .filter((name) => name.endsWith('.html'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
  const lost = []
  for (const [name, html] of pages) {
    for (const [, link] of html.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      const { origin, pathname, hash } = new URL(link, `http://site/${name}`)
      const file = pathname === '/' ? 'index.html' : decodeURI(pathname.slice(1))
      const place = decodeURIComponent(hash.slice(1))
      if (origin !== 'http://site') {
        continue
      }
      if (!existsSync(join(folder, file)) || (place && !pages.get(file)?.includes(` id="${place}"`))) {
        lost.push(`${name}: ${link}`)
      }
    }
  }
  if (lost.length > 0) {
    throw new Error(`These links lead nowhere; correct them in the pages:\n${lost.join('\n')}`)
  }
}
