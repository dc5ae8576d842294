import corp_lib

print(f"the answer is {corp_lib.VALUE}")
