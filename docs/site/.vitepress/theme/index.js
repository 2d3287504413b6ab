import { useData, useRoute } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import './wide.css'
import { nextTick, onMounted, watch } from 'vue'

/** Draws the diagrams of a page, which are text until then, in the colours that it has. */
async function draw(dark) {
  await nextTick()
  const diagrams = [...document.querySelectorAll('pre.mermaid')]
  if (diagrams.length === 0) {
    return
  }
  const { default: mermaid } = await import('mermaid')
  mermaid.initialize({ startOnLoad: false, theme: dark ? 'dark' : 'default' })
  for (const diagram of diagrams) {
    diagram.dataset.text ??= diagram.textContent
    diagram.textContent = diagram.dataset.text
    diagram.removeAttribute('data-processed')
  }
  await mermaid.run({ nodes: diagrams })
}

export default {
  extends: DefaultTheme,
  setup() {
    const { isDark } = useData()
    const route = useRoute()
    onMounted(() => {
      watch([() => route.path, isDark], () => draw(isDark.value), { immediate: true, flush: 'post' })
    })
  },
}
