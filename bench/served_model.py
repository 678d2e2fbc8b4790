"""A small language model with random weights that answers; asked as blocks.hpp says, it prints ns
of a token: a block is an answer of 32 tokens by transformers' own loop.
"""
import time

import torch
import transformers

import blocks

TOKENS = 32
PROMPT = 16


def make_model():
    config = transformers.LlamaConfig(
        vocab_size=32000, hidden_size=512, intermediate_size=1376, num_hidden_layers=8,
        num_attention_heads=8, num_key_value_heads=8, max_position_embeddings=256,
        bos_token_id=1, eos_token_id=None, pad_token_id=0)
    torch.manual_seed(1)
    return transformers.LlamaForCausalLM(config).to("cuda", torch.bfloat16).eval()


def main():
    model = make_model()
    prompt = torch.randint(2, 32000, (1, PROMPT), device="cuda")
    mask = torch.ones_like(prompt)

    def block():
        torch.cuda.synchronize()
        start = time.perf_counter_ns()
        with torch.inference_mode():
            answer = model.generate(prompt, attention_mask=mask, do_sample=False,
                                    min_new_tokens=TOKENS, max_new_tokens=TOKENS)
        torch.cuda.synchronize()
        assert answer.shape[1] == PROMPT + TOKENS
        return ((time.perf_counter_ns() - start) / TOKENS,)

    for _ in range(3):
        block()
    blocks.serve(block)


if __name__ == "__main__":
    main()
