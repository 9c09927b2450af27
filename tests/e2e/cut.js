// Texts that do not fit into their element and end in an ellipsis, or lie outside the screen.
// Not those of the logbook: on a phone, its card has room for a word only.
() => {
  const found = [];
  const walk = (node) => {
    if (node instanceof Element) {
      if (["HA-LOGBOOK", "SCRIPT", "STYLE"].includes(node.tagName)) return;
      const style = getComputedStyle(node);
      const laidOut = style.display === "contents" || node.checkVisibility();
      if (!laidOut) return;
      const own = [...node.childNodes].some(
        (child) => (child instanceof Text && child.data.trim()) || child.tagName === "SLOT",
      );
      const isCut = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
      if (own && isCut && style.textOverflow === "ellipsis") {
        const text = node.innerText.trim() || node.getRootNode().host?.innerText.trim();
        if (text) found.push(`${text} (${node.scrollWidth} of ${node.clientWidth} px)`);
      }
      if (node.shadowRoot) walk(node.shadowRoot);
    }
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return found;
}
