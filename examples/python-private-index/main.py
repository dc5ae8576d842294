import corp_lib

print("the answer is", corp_lib.VALUE)
